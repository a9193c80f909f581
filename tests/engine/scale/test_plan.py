"""The plan counts the parts that the run makes, and measures one of them."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from orthoscribe.engine.scale.measure import Measured
from orthoscribe.engine.scale.plan import Plan
from orthoscribe.tests.survey import ENVIRONMENT, ROOT, command


def plan(survey, output, *flags):
    done = subprocess.run(
        command(survey, output, *flags, verb="plan"),
        cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_plan_counts_parts_files_and_ground(survey, tmp_path):
    found = json.loads(plan(survey, tmp_path / "out", "--json"))
    assert found["files"] == {"image": 6, "dsm": 2}
    assert (found["width_px"], found["height_px"]) == (600, 400)
    assert (found["parts"], found["skipped"], found["ground_parts"]) == (20, 0, 1)
    assert found["labeled_mpx"] == pytest.approx(0.24)
    assert found["measured"]["mpx"] == found["part_mpx"]
    assert found["measured"]["label_s"] > 0
    assert found["measured"]["outline_s"] > 0
    assert found["measured"]["trace_s"] > 0
    assert not (tmp_path / "out").exists()


def test_parts_without_files_are_skipped(survey, tmp_path):
    sparse = tmp_path / "survey"
    shutil.copytree(survey, sparse)
    (sparse / "images" / "0_400.tif").unlink()
    found = json.loads(plan(sparse, tmp_path / "out", "--json"))
    assert found["skipped"] == 1  # of 128 px, wholly in the missing 200 px
    assert found["parts"] == 19


def test_plan_is_a_table(survey, tmp_path):
    text = plan(survey, tmp_path / "out")
    assert "600 x 400 px from 6 files of the image, 2 files of the dsm" in text
    assert [line.split()[0] for line in text.splitlines()[-5:]] == ["1", "2", "4", "8", "16"]


def test_hours_shrink_with_workers_but_for_the_serial_part():
    measured = Measured(10.0, 36.0, ground_s=36.0, label_s=350.0, outline_s=10.0, trace_s=3.6)
    made = Plan({}, 1, 1, 100, 0, 10.0, 1000.0, 0, 100, "cpu", measured)
    serial_h = 0.01 + 0.1
    assert made.hours(1) == pytest.approx(10 + 1 + serial_h)
    assert made.hours(50) == pytest.approx(11 / 50 + serial_h)
    assert made.hours(200) == pytest.approx(11 / 100 + serial_h)  # no more than there are parts
