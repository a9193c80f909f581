"""*Plan the run*: its text, its flags, and what is shown meanwhile and when it fails."""

import sys
import time
from types import SimpleNamespace

import pytest
from orthoscribe.plugin.dock.plan_control import PlanControl
from orthoscribe.plugin.dock.plan_section import PlanSection
from orthoscribe.plugin.dock.plan_text import plan_text
from orthoscribe.plugin.dock.state import DockState, HeightsLayer
from orthoscribe.plugin.engine_client.plan import job_flags, plan_run
from orthoscribe.plugin.protocol import EngineError, JobCanceled, LabelJob
from orthoscribe.tests.dock_inputs import CARD, DSM, IMAGE
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
STATE = DockState(
    image=IMAGE,
    bands=(1, 2, 3),
    chosen_bands=(1, 2, 3),
    dsm=HeightsLayer(DSM),
    card=CARD,
    output="/out",
)


def test_text_names_parts_durations_disk_and_memory():
    assert plan_text(PLAN) == (
        "3 parts, 40 Mpx together; 1 more are empty (files: image 40, dsm 12). "
        "Duration by processes: 1: about 12 min, 2: about 7 min. "
        "The results need up to 0.13 GB of disk, 80 GB are free. A process needs 1,530 MB. "
        "Measured here on one part (CPU, 2 threads)."
    )


def test_flags_leave_out_defaults():
    assert job_flags(JOB) == [
        "--image=/a b.tif", "--output=/out", "--extent=-5.0,0.0,5.0,9.5", "--no-draw-polygons",
    ]  # fmt: skip


def engine(*lines):
    return [sys.executable, "-c", "; ".join(("import sys, time", *lines))]


def test_values_of_the_engine_are_returned():
    printed = engine("print('{\"flags\": %d}' % (len(sys.argv) - 1))")
    assert plan_run(JOB, lambda: False, command=printed) == {"flags": 4}


def test_error_of_the_engine_is_raised():
    failing = engine("print('error: The image is missing.', file=sys.stderr)", "sys.exit(1)")
    with pytest.raises(EngineError, match=r"^The image is missing\.$"):
        plan_run(JOB, lambda: False, command=failing)


def test_canceled_plan_ends_its_engine():
    with pytest.raises(JobCanceled):
        plan_run(JOB, lambda: True, command=engine("time.sleep(60)"))


@pytest.fixture
def control(qgis_app, qtbot):
    """Return a function that makes the control with a planner, its button and its text."""

    def with_planner(planner, state=STATE):
        section = PlanSection()
        qtbot.addWidget(section)
        sections = SimpleNamespace(
            options=SimpleNamespace(plan=section), with_area=lambda given: given
        )
        made = PlanControl(sections, lambda: state, planner)
        return made, section.findChild(QPushButton), section.findChild(QLabel)

    return with_planner


def test_plan_is_shown(control, qtbot):
    _, button, text = control(lambda job, _: {**PLAN, "device": job.image})
    assert text.isHidden()
    button.click()
    assert button.text() == "Stop planning"
    qtbot.waitUntil(lambda: "(/photos/ortho.tif)" in text.text(), timeout=20_000)
    assert button.text() == "Plan the run"


def test_second_press_stops(control, qtbot):
    def plan_until_canceled(_job, is_canceled):
        while not is_canceled():
            time.sleep(0.01)
        raise JobCanceled("The plan was canceled.")

    _, button, text = control(plan_until_canceled)
    button.click()
    button.click()
    qtbot.waitUntil(lambda: "ancel" in text.text(), timeout=20_000)
    assert button.text() == "Plan the run"


def test_problem_of_the_inputs_is_shown_without_a_plan(control):
    _, button, text = control(None, DockState(has_engine=True))
    button.click()
    assert text.text()
    assert button.text() == "Plan the run"
