# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the plugin share: a job and the fake engine, without QGIS."""

import os
import sys
from pathlib import Path

import pytest
from orthoscribe.plugin.protocol import LabelJob

FAKE_ENGINE = Path(__file__).resolve().parents[1] / "fakes" / "engine.py"


@pytest.fixture
def job(tmp_path):
    return LabelJob(image=str(tmp_path / "image.tif"), output=str(tmp_path / "out"))


@pytest.fixture
def fake_engine():
    """Return a function from the fake's flags to its command line."""
    return lambda *flags: [sys.executable, str(FAKE_ENGINE), *map(str, flags)]


@pytest.fixture
def is_alive():
    """Return a function that says whether a process runs (a zombie does not)."""

    def ask(pid):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"

    return ask
