"""A survey of several tiles, and its labels by a run in one process."""

from __future__ import annotations

import pytest
from orthoscribe.tests.survey import label, write_survey


@pytest.fixture(scope="session")
def survey(tmp_path_factory):
    """Write the survey and return its folder."""
    folder = tmp_path_factory.mktemp("survey")
    write_survey(folder)
    return folder


@pytest.fixture(scope="session")
def whole(survey, tmp_path_factory):
    """Label the survey in one process, and return the folder of the results."""
    output = tmp_path_factory.mktemp("whole")
    code, messages = label(survey, output)
    assert code == 0, messages
    return output
