import json
import os

import pytest
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.channel import Channel
from orthoscribe.engine.process.reporter import EventReporter, Reporter
from orthoscribe.engine.process.throttle import ProgressThrottle
from orthoscribe.engine.protocol import Artifact, Canceled, Finished, JobCanceled, Metric, Progress


class Recorder(Reporter):
    """Keeps what it is told."""

    def __init__(self):
        super().__init__(Cancellation())
        self.events = []

    def emit(self, event):
        self.events.append(event)


class Clock:
    """Stands still until it is moved."""

    now_s = 0.0

    def __call__(self):
        return self.now_s


def test_span_maps_its_fractions_into_its_part():
    recorder = Recorder()
    half = recorder.span(0.5, 1.0)
    half.progress(0.5, "writing")
    half.span(0.5, 1.0).progress(0.5, "closing")
    assert recorder.events == [Progress(0.75, "writing"), Progress(0.875, "closing")]


def test_span_passes_everything_else_on():
    recorder = Recorder()
    recorder.span(0.5, 1.0).metric("car_count", 3)
    assert recorder.events == [Metric("car_count", 3.0)]


def test_span_hears_the_cancellation_of_the_whole():
    recorder = Recorder()
    part = recorder.span(0.0, 0.5)
    part.raise_if_canceled()
    recorder.cancellation.request()
    with pytest.raises(JobCanceled):
        part.raise_if_canceled()


def test_artifact_takes_a_path_object(tmp_path):
    recorder = Recorder()
    recorder.artifact("classes", tmp_path / "classes.tif")
    assert recorder.events == [Artifact("classes", f"{tmp_path}/classes.tif")]


def test_throttle_lets_ten_a_second_through():
    clock = Clock()
    throttle = ProgressThrottle(clock)
    admitted = 0
    for step in range(1000):
        clock.now_s = step / 1000
        admitted += throttle.admit(Progress(step / 1000, "labeling")) is not None
    assert 9 <= admitted <= 11


def test_throttle_never_goes_backwards_and_stays_within_0_and_1():
    clock = Clock()
    throttle = ProgressThrottle(clock)
    sent = []
    for fraction in (-1.0, 0.5, 0.2, 0.6, 7.0):
        clock.now_s += 1
        sent.append(throttle.admit(Progress(fraction, "labeling")))
    assert [each and each.fraction for each in sent] == [0.0, 0.5, None, 0.6, 1.0]


def test_throttle_always_lets_a_new_stage_and_the_end_through():
    throttle = ProgressThrottle(Clock())
    steps = [
        (0.0, "reading"),
        (0.1, "reading"),
        (0.1, "labeling"),
        (0.2, "reading"),
        (1.0, "reading"),
    ]
    sent = [throttle.admit(Progress(*step)) is not None for step in steps]
    assert sent == [True, False, True, False, True]


def test_reporter_ends_once_and_then_is_silent():
    reader, writer = os.pipe()
    reporter = EventReporter(Channel(writer), Cancellation())
    reporter.emit(Canceled())
    reporter.emit(Finished(1.0))
    reporter.warn("too late")
    assert json.loads(os.read(reader, 10_000)) == {"kind": "canceled"}
    os.close(reader)


def test_reporter_cancels_when_nobody_listens():
    reader, writer = os.pipe()
    cancellation = Cancellation()
    reporter = EventReporter(Channel(writer), cancellation)
    os.close(reader)
    reporter.warn("hello?")
    assert cancellation.is_requested


def test_channel_keeps_line_ends_inside_messages_off_the_wire():
    reader, writer = os.pipe()
    EventReporter(Channel(writer), Cancellation()).warn("two\nlines, größer")
    assert os.read(reader, 10_000).count(b"\n") == 1
    os.close(reader)
