# SPDX-License-Identifier: GPL-2.0-or-later
"""What a Processing feedback is told; a recorder stands for it, so QGIS is not needed."""

import pytest
from orthoscribe.plugin.engine_client.feedback import FeedbackBridge
from orthoscribe.plugin.protocol import Artifact, Failed, Finished, Log, Metric, Progress


class Recorder:
    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        return lambda *values: self.calls.append((name, *values))


@pytest.mark.parametrize(
    ("event", "call"),
    [
        (Log("debug", "a"), ("pushDebugInfo", "a")),
        (Log("info", "a"), ("pushInfo", "a")),
        (Log("warning", "a"), ("pushWarning", "a")),
        (Log("error", "a"), ("reportError", "a", False)),
        (Artifact("classes", "/a.tif"), ("pushInfo", "classes: /a.tif")),
        (Failed("bug", "sentence", "traceback"), ("pushConsoleInfo", "traceback")),
    ],
)
def test_feedback_is_told(event, call):
    feedback = Recorder()
    FeedbackBridge(feedback).on_event(event)
    assert feedback.calls == [call]


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


def test_feedback_shows_percent_and_each_stage_once():
    feedback = Recorder()
    bridge = FeedbackBridge(feedback)
    for fraction, stage in ((0.25, "reading"), (0.5, "labeling"), (0.75, "labeling")):
        bridge.on_event(Progress(fraction, stage))
    assert feedback.calls == [
        ("setProgress", 25.0),
        ("setProgressText", "25 %: reading"),
        ("setProgress", 50.0),
        ("setProgressText", "50 %: labeling"),
        ("setProgress", 75.0),
    ]


def test_long_stage_gets_a_line_with_the_time_left_now_and_then():
    feedback, clock = Recorder(), Clock()
    bridge = FeedbackBridge(feedback, clock=clock)
    for step in range(101):
        clock.now_s = float(step)
        bridge.on_event(Progress(step / 200, f"Training MLP: step {step} of 200, loss 0.5"))
    lines = [values[0] for name, *values in feedback.calls if name == "setProgressText"]
    assert lines[0] == "0 %: Training MLP: step 0 of 200, loss 0.5"
    assert lines[-1] == "50 % (about 2 min left): Training MLP: step 100 of 200, loss 0.5"
    assert len(lines) == 6


def test_metrics_between_two_events_are_one_line_without_raw_rates():
    feedback = Recorder()
    bridge = FeedbackBridge(feedback)
    metrics = {"loss": 0.5, "learning_rate": 4e-6, "validation_mean_f1": 0.7, "car_count": 3.0}
    for name, value in metrics.items():
        bridge.on_event(Metric(name, value))
    assert feedback.calls == []
    bridge.on_event(Metric("roads_area_m2", 1200.4))
    bridge.on_event(Finished(1.0))
    assert feedback.calls == [
        ("pushInfo", "validation mean f1 0.7; car count 3; roads area 1,200 m²")
    ]


def test_messages_are_put_into_the_words_of_the_dialog():
    feedback = Recorder()
    FeedbackBridge(feedback, wording=str.upper).on_event(Log("warning", "class_field"))
    assert feedback.calls == [("pushWarning", "CLASS_FIELD")]
