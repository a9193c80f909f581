# SPDX-License-Identifier: GPL-2.0-or-later
"""What a Processing feedback is told; a recorder stands for it, so QGIS is not needed."""

import pytest
from orthoscribe.plugin.engine_client.feedback import FeedbackBridge
from orthoscribe.plugin.protocol import Artifact, Failed, Log, Metric, Progress


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
        (Metric("roads_m2", 1.5), ("pushInfo", "roads_m2: 1.5")),
        (Artifact("classes", "/a.tif"), ("pushInfo", "classes: /a.tif")),
        (Failed("bug", "sentence", "traceback"), ("pushConsoleInfo", "traceback")),
    ],
)
def test_feedback_is_told(event, call):
    feedback = Recorder()
    FeedbackBridge(feedback).on_event(event)
    assert feedback.calls == [call]


def test_feedback_shows_percent_and_each_stage_once():
    feedback = Recorder()
    bridge = FeedbackBridge(feedback)
    for fraction, stage in ((0.25, "reading"), (0.5, "labeling"), (0.75, "labeling")):
        bridge.on_event(Progress(fraction, stage))
    assert feedback.calls == [
        ("setProgress", 25.0),
        ("setProgressText", "reading"),
        ("setProgress", 50.0),
        ("setProgressText", "labeling"),
        ("setProgress", 75.0),
    ]
