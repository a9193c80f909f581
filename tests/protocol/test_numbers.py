"""Numbers of cards, jobs and events: what no network can compute with is a sentence."""

import json
import math

import pytest
from orthoscribe.engine.protocol import (
    BUNDLED_MODELS,
    CARD_NAME,
    JobError,
    LabelJob,
    Metric,
    ModelError,
    card_from_json,
    event_from_line,
    event_to_line,
    job_from_json,
    job_to_json,
)

CARD = json.loads((BUNDLED_MODELS / "default" / CARD_NAME).read_text())
DEEP = "[" * 100_000
HUGE = "1" + "0" * 400
NAN, INF, TINY, LARGE = math.nan, math.inf, 1e-40, 1e39  # the last two vanish in 32 bits


def with_value(key, value):
    """Return the text of a card with another value; `key` is that of the normalization too."""
    card = json.loads(json.dumps(CARD))
    (card["normalization"] if key in card["normalization"] else card)[key] = value
    return json.dumps(card)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *((key, [0.3, odd, 0.3]) for key in ("band_mean", "band_std") for odd in (NAN, INF, LARGE)),
        *(("band_std", [0.3, odd, 0.3]) for odd in (0.0, -1.0, TINY, 1e-320)),
        *((key, odd) for key in ("height_mean_m", "height_std_m") for odd in (NAN, -INF, LARGE)),
        *(("height_std_m", odd) for odd in (0, -1, TINY, 5e-324)),
        *(("height_knee_m", odd) for odd in (NAN, INF, -1, TINY)),
        *((key, odd) for key in ("low_percent", "high_percent") for odd in (NAN, INF, -1)),
        *(
            (key, odd)
            for key in ("stretch_limits", "height_limits_m")
            for odd in ([NAN, 1], [0, NAN], [-INF, 1], [0, INF], [1, 1], [2, 1], [0, LARGE])
        ),
        *(
            ("gsd_range_m", odd)
            for odd in ([NAN, 1], [0.1, INF], [0.1, NAN], [0.2, 0.1], [TINY, 1])
        ),
        *(("coarsest_image_m", odd) for odd in (NAN, INF, -1, 0.01)),
        *(("finest_image_m", odd) for odd in (NAN, INF, -1, 9)),
        *(("enlarged_to_m", odd) for odd in (NAN, INF, -1, 1e9)),
        *(("scores", {"f1_car": odd}) for odd in (NAN, INF, -INF)),
    ],
)
def test_card_with_a_number_that_is_none_is_refused(key, value):
    text = with_value(key, value)
    for each in (text, text.replace("Infinity", "1e999")):  # JSON reads the latter as infinite
        with pytest.raises(ModelError):
            card_from_json(each)


def test_bundled_cards_are_accepted():
    for card in BUNDLED_MODELS.glob(f"*/{CARD_NAME}"):
        card_from_json(card.read_text())


@pytest.mark.parametrize("text", [DEEP, '{"a":' * 100_000, DEEP + "]" * 100_000])
def test_deep_json_is_a_sentence(text):
    with pytest.raises(ModelError, match="nested too deep"):
        card_from_json(text)
    with pytest.raises(JobError, match="nested too deep"):
        job_from_json(text)
    assert event_from_line(text) is None
    assert event_from_line('{"kind": "log", "level": ' + text) is None


def test_deep_value_within_a_record_is_a_sentence():
    deep = "[" * 900 + "]" * 900
    with pytest.raises(ModelError):
        card_from_json(with_value("summary", "?").replace('"?"', deep))
    assert event_from_line('{"kind": ' + deep + "}") is None


@pytest.mark.parametrize("number", [HUGE, "-" + HUGE, "NaN", "Infinity", "-Infinity", "1e999"])
def test_number_that_no_float_holds_is_a_sentence(number):
    with pytest.raises(ModelError):
        card_from_json(with_value("height_std_m", "?").replace('"?"', number))
    job = json.loads(job_to_json(LabelJob(image="a.tif", output="out")))
    job["minimum_building_m2"] = "?"
    with pytest.raises(JobError) as refusal:
        job_from_json(json.dumps(job).replace('"?"', number))
    assert len(str(refusal.value)) < 1000
    line = event_to_line(Metric("area_m2", 1.0)).replace("1.0", number)
    assert event_from_line(line) is None


def test_long_values_are_cut_in_the_sentence():
    for key, value in (("kind", "x" * 10**6), ("image", ["y" * 10**6]), ("z" * 10**6, 1)):
        job = {"kind": "label", "image": "a", "output": "b", key: value}
        with pytest.raises(JobError) as refusal:
            job_from_json(json.dumps(job))
        assert len(str(refusal.value)) < 1000
