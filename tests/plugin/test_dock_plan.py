"""*Plan the run*: its text, its flags, and what is shown meanwhile and when it fails."""

import argparse
import os
import sys
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from orthoscribe.engine.cli.flags import add_flags
from orthoscribe.plugin.dock.plan_control import PlanControl
from orthoscribe.plugin.dock.plan_section import PlanSection
from orthoscribe.plugin.dock.plan_text import plan_text
from orthoscribe.plugin.dock.state import DockState
from orthoscribe.plugin.engine_client.plan import job_flags, plan_run
from orthoscribe.plugin.protocol import EngineError, JobCanceled, LabelJob
from orthoscribe.tests.dock_inputs import READY
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QPushButton

PLAN = {
    "files": {"image": 40, "dsm": 12},
    "parts": 3,
    "skipped": 1,
    "labeled_mpx": 39.6,
    "device": "CPU, 2 threads",
    "hours_by_workers": {"1": 0.2, "2": 0.11, "4": 0.06},
    "disk_gb": 0.1349,
    "free_gb": 80.4,
    "measured": {"peak_memory_mb": 1530},
}
JOB = LabelJob("/a b.tif", output="/out", extent=(-5.0, 0.0, 5.0, 9.5), draw_polygons=False)


def test_text_names_parts_durations_disk_and_memory():
    assert plan_text(PLAN) == (
        "3 parts, 40 Mpx together (skipped as empty: 1); files: image 40, dsm 12. "
        "Duration by processes: 1: about 12 min, 2: about 7 min. "
        "The results need up to 0.13 GB of disk, 80 GB are free. A process needs 1,530 MB. "
        "Measured here on one part (CPU, 2 threads)."
    )


def test_flags_leave_out_defaults():
    assert job_flags(JOB) == [
        "--image=/a b.tif", "--output=/out", "--extent=-5.0,0.0,5.0,9.5", "--no-draw-polygons",
    ]  # fmt: skip


def test_engine_reads_the_flags():
    parser = argparse.ArgumentParser()
    add_flags(parser, LabelJob)
    job = replace(JOB, band_ranges=((0.0, 1.5), (0.0, 255.0), (1.0, 9.0)))
    assert LabelJob(**vars(parser.parse_args(job_flags(job)))) == job


def test_small_plan_is_in_the_singular():
    text = plan_text({**PLAN, "parts": 1, "skipped": 0, "files": {}, "disk_gb": 9e-5})
    assert text.startswith("1 part, 40 Mpx. Duration by processes: 1: about 12 min. ")
    assert "up to 0.01 GB" in text


def engine(*lines):
    return [sys.executable, "-c", "; ".join(("import sys, time", *lines))]


def test_values_of_the_engine_are_returned():
    printed = engine("print('{\"flags\": %d}' % (len(sys.argv) - 1))")
    assert plan_run(JOB, lambda: False, command=printed) == {"flags": 4}


def test_error_of_the_engine_is_raised():
    failing = engine("print('error: The image is missing.', file=sys.stderr)", "sys.exit(1)")
    with pytest.raises(EngineError, match=r"^The image is missing\.$"):
        plan_run(JOB, lambda: False, command=failing)


def test_canceled_plan_ends_its_engine(tmp_path):
    record = tmp_path / "pid"
    write = f"print(os.getpid(), file=open({str(record)!r}, 'w'), flush=True)"
    with pytest.raises(JobCanceled):
        plan_run(
            JOB,
            lambda: record.exists() and bool(record.read_text()),
            command=engine("import os", write, "time.sleep(60)"),
        )
    with pytest.raises(ProcessLookupError):
        os.kill(int(record.read_text()), 0)


class Sections(QObject):
    """Stands for the input sections of the dock."""

    changed = pyqtSignal()
    run_started = pyqtSignal()

    def __init__(self, plan):
        super().__init__(plan)
        self.options = SimpleNamespace(plan=plan)

    def with_area(self, state):
        return state


@pytest.fixture
def control(qgis_app, qtbot):
    """Return a function that makes the control with a planner, its button and its text."""

    def with_planner(planner, state=READY):
        section = PlanSection()
        qtbot.addWidget(section)
        sections = Sections(section)
        made = PlanControl(sections, lambda: state, sections.run_started, planner)
        made.sections = sections
        return made, section.findChild(QPushButton), section.findChild(QLabel)

    return with_planner


def test_plan_is_shown(control, qtbot):
    _, button, text = control(lambda job, _: {**PLAN, "device": job.image})
    assert text.isHidden()
    button.click()
    assert button.text() == "Stop planning"
    qtbot.waitUntil(lambda: "(/photos/ortho.tif)" in text.text(), timeout=20_000)
    assert button.text() == "Plan the run"


def plan_until_canceled(_job, is_canceled):
    while not is_canceled():
        time.sleep(0.01)
    raise JobCanceled("The plan was canceled.")


def test_plan_of_other_inputs_is_hidden(control, qtbot):
    made, button, text = control(lambda *_: PLAN)
    button.click()
    qtbot.waitUntil(lambda: "parts" in text.text(), timeout=20_000)
    made.sections.changed.emit()
    assert text.isHidden()


def test_teardown_ends_the_plan_and_shows_nothing_more(control, qtbot):
    ended = []

    def plan(job, is_canceled):
        try:
            return plan_until_canceled(job, is_canceled)
        finally:
            ended.append(True)

    made, button, text = control(plan)
    button.click()
    qtbot.wait(200)
    before = text.text()
    made.teardown()
    qtbot.waitUntil(lambda: bool(ended), timeout=20_000)
    qtbot.wait(200)
    assert text.text() == before


@pytest.mark.parametrize("stop", ["press", "run"])
def test_second_press_or_a_run_stops(control, qtbot, stop):
    made, button, text = control(plan_until_canceled)
    button.click()
    button.click() if stop == "press" else made.sections.run_started.emit()
    qtbot.waitUntil(lambda: "ancel" in text.text(), timeout=20_000)
    assert button.text() == "Plan the run"


def test_problem_of_the_inputs_is_shown_without_a_plan(control):
    _, button, text = control(None, DockState(has_engine=True))
    button.click()
    assert text.text()
    assert button.text() == "Plan the run"
