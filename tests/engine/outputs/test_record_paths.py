# SPDX-License-Identifier: GPL-2.0-or-later
import sys

import pytest
from orthoscribe.engine.outputs.record_paths import record_paths
from orthoscribe.tests.locked_folders import locked


def names(folder):
    return {role: path.name for role, path in record_paths(folder, "scene").items()}


@pytest.mark.parametrize(
    "there", [None, '{"kind": "scene", "output": "x"}'], ids=["none", "of its own kind"]
)
def test_records_bear_their_plain_names(tmp_path, there):
    if there:
        (tmp_path / "job.json").write_text(there)
    assert names(tmp_path) == {"job": "job.json", "report": "report.json"}


@pytest.mark.parametrize("there", ['{"kind": "label"}', "[]", "{", ""])
def test_records_of_others_are_spared(tmp_path, there):
    (tmp_path / "job.json").write_text(there)
    assert names(tmp_path) == {"job": "scene_job.json", "report": "scene_report.json"}


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
def test_folder_that_nobody_may_look_into_is_left_to_the_staging(tmp_path):
    with locked(tmp_path / "locked") as folder:
        assert set(names(folder)) == {"job", "report"}
