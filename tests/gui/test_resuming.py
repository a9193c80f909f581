"""A labeling that was interrupted is offered by the next QGIS, and goes on to the same results."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.environment import installed_python
from orthoscribe.plugin.protocol import job_from_json, job_to_json

DRIVER = Path(__file__).with_name("resuming.py")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def play(visit, home, tmp_path):
    """Return a function that plays a scenario in a home of its own."""
    own = tmp_path / "home"
    own.mkdir()
    shutil.copy(home / "current.json", own)
    (tmp_path / "out").mkdir()
    variables = {"driver": DRIVER, "home": own, "ORTHOSCRIBE_OUTPUT": str(tmp_path / "out")}
    return lambda scenario: visit(scenario, **variables)


def test_labeling_of_a_killed_engine_is_resumed_by_the_next_qgis(play, tmp_path):
    killed = play("killed_engine")
    assert "error" not in killed.facts, killed.facts
    assert "The engine was killed" in killed.facts["message"]
    assert killed.facts["offered_at_once_shown"]
    resumed = play("resumed")
    resumed.assert_is_well()
    assert any("was interrupted" in text for text in resumed.facts["told"])
    assert resumed.facts["offered_shown"]
    assert "The labeling of image.tif was interrupted" in resumed.facts["offered"]
    assert "Done in" in resumed.facts["message"]
    assert resumed.facts["layers"] >= 4
    assert not resumed.facts["is_offered_again"]
    resumed.screenshot("offered_dock")
    (folder,) = (tmp_path / "out").iterdir()
    assert same_as_undisturbed(folder, tmp_path / "whole")


def test_labeling_of_a_killed_qgis_is_discarded_by_the_next_one(play, tmp_path, assert_within):
    closed = play("closed")
    while is_alive(closed.facts["engine"]):
        assert_within("engine of a killed QGIS", time.time() - closed.facts["killed_at_s"], 5.0)
        time.sleep(0.1)
    discarded = play("discarded")
    discarded.assert_is_well()
    assert discarded.facts["offered_shown"]
    assert not discarded.facts["is_offered_again"]
    assert list((tmp_path / "out").iterdir()) == []


def same_as_undisturbed(folder, other):
    """Return whether the results are those of a run of the same job without an interruption."""
    job = job_from_json((folder / "job.json").read_text())
    text = job_to_json(job).replace(str(folder), str(other))
    job_file = other.with_suffix(".json")
    job_file.write_text(text)
    python = str(installed_python())
    subprocess.run([python, "-m", "engine", "run", job_file], cwd=ROOT, check=True)
    names = ("classes.tif", "confidence.tif", "polygons.gpkg")
    return all((folder / name).read_bytes() == (other / name).read_bytes() for name in names)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
