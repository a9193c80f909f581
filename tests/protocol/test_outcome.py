import json
from pathlib import Path

import pytest
from orthoscribe.engine.protocol import (
    EVENT_TYPES,
    Artifact,
    Canceled,
    Failed,
    Finished,
    Log,
    Metric,
    OutcomeGatherer,
    Progress,
    event_from_line,
    event_to_line,
)

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.jsonl"))


def gathered(*events):
    gatherer = OutcomeGatherer()
    for event in events:
        gatherer.feed(event)
    return gatherer


def digest(name):
    """Return the gatherer that heard a golden transcript."""
    (path,) = [each for each in TRANSCRIPTS if each.stem == name]
    events = [event_from_line(line) for line in path.read_text().splitlines()]
    return gathered(*(event for event in events if event is not None))


def test_outcome_holds_artifacts_metrics_and_warnings():
    outcome = gathered(
        Progress(0.5, "labeling"),
        Log("info", "fine"),
        Log("warning", "strange"),
        Metric("car_count", 3.0),
        Artifact("classes", "/c.tif"),
        Finished(1.0),
    ).outcome
    assert outcome.is_finished
    assert not outcome.is_canceled
    assert outcome.failure is None
    assert outcome.artifacts == {"classes": "/c.tif"}
    assert outcome.metrics == {"car_count": 3.0}
    assert outcome.warnings == ("strange",)


def test_outcome_does_not_exist_before_the_end():
    gatherer = gathered(Progress(1.0, "writing"))
    assert not gatherer.is_done
    with pytest.raises(RuntimeError):
        _ = gatherer.outcome


def test_failure_and_cancellation_are_told_apart():
    failed = gathered(Failed("input", "No.")).outcome
    assert (failed.is_finished, failed.is_canceled) == (False, False)
    assert failed.failure == Failed("input", "No.")
    canceled = gathered(Canceled()).outcome
    assert (canceled.is_finished, canceled.is_canceled, canceled.failure) == (False, True, None)


def test_exactly_the_last_events_are_terminal():
    assert {each.kind for each in EVENT_TYPES if each.is_terminal} == {
        "finished",
        "canceled",
        "failed",
    }


def test_golden_success_is_digested():
    outcome = digest("label_finished").outcome
    assert outcome.is_finished
    assert set(outcome.artifacts) == {"classes", "confidence", "polygons", "job", "report"}
    assert outcome.metrics == {"building_area_m2": 1234.5}
    assert len(outcome.warnings) == 1


def test_golden_ends_are_digested():
    assert digest("label_failed").outcome.failure.reason == "input"
    assert digest("label_bug").outcome.failure.reason == "bug"
    assert digest("label_canceled").outcome.is_canceled


def test_golden_crash_has_no_end():
    assert not digest("label_crashed").is_done


def test_golden_newer_engine_is_understood():
    assert digest("label_newer_engine").outcome.artifacts == {"classes": "/results/classes.tif"}


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_golden_lines_are_written_as_the_codec_writes_them(path):
    for line in path.read_text().splitlines():
        event = event_from_line(line)
        if event is not None and "newer" not in path.stem:
            assert line == event_to_line(event)
            assert json.loads(line)["kind"] == event.kind
