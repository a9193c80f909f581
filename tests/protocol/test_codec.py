import dataclasses
import json

import pytest
from orthoscribe.engine.protocol import (
    CANCEL_LINE,
    EVENT_TYPES,
    ISPRS,
    Artifact,
    Canceled,
    Failed,
    Finished,
    Hello,
    JobError,
    LabelJob,
    LandClass,
    Legend,
    Log,
    Metric,
    ModelCard,
    ModelError,
    Normalization,
    Progress,
    SceneJob,
    VectorizeJob,
    card_from_json,
    card_to_json,
    control_of,
    event_from_line,
    event_to_line,
    job_from_json,
    job_to_json,
    job_to_line,
)
from orthoscribe.engine.protocol.codec import LARGEST_JOB

TWO_CLASSES = Legend(
    (LandClass(2, "building", "Building", (0, 0, 255)), LandClass(9, "path", "Fußweg", (1, 2, 3)))
)
JOBS = (
    LabelJob(image="a.tif", output="out"),
    LabelJob(
        image="/data/été/image 1.tif",
        output="out",
        dsm="dsm.tif",
        heights="ndsm",
        extent=(-5.0, 0.0, 5.5, 1e7),
        draw_polygons=False,
        band_ranges=((0.0, 255.0), (1.0, 2.0), (3.0, 4.0)),
    ),
    VectorizeJob(classes="classes.tif", output="out", legend=TWO_CLASSES),
    SceneJob(output="out", seed=7, size_px=128, gsd_m=0.2),
    SceneJob(
        output="out",
        land="country",
        survey="matched",
        bit_depth=16,
        with_flaws=True,
        lean=0.1,
        shift_m=0.5,
        outdated_fraction=0.25,
        moved_cars=1.0,
        label_noise_m=0.3,
    ),
)
EVENTS = (
    Hello(1, "0.1.0", "2.13.0", "cpu", 4711),
    Progress(0.25, "labeling"),
    Log("warning", 'Two\nlines, "quoted", größer'),
    Metric("building_area_m2", 12.5),
    Artifact("classes", "/tmp/é/classes.tif"),
    Finished(1.5),
    Canceled(),
    Failed("crash", "The engine died.", "last words", -9),
)
CARD = ModelCard(
    name="default",
    title="Default",
    summary="Trained on generated scenes.",
    architecture="maggiori_mlp",
    legend=ISPRS,
    roles=("nir", "red", "green", "height"),
    gsd_range_m=(0.05, 0.2),
    normalization=Normalization(),
    license="CC0-1.0",
    weights_sha256="0" * 64,
    scores={"overall_accuracy": 0.9},
    provenance={"seed": "7"},
    earlier_runs=({"seed": "6", "steps_done": "5 of 5"}, {"seed": "5"}),
)


def scene(**changes):
    return json.dumps({"kind": "scene", "output": "out", **changes})


@pytest.mark.parametrize("job", JOBS)
def test_job_survives_its_file_and_its_line(job):
    assert job_from_json(job_to_json(job)) == job
    line = job_to_line(job)
    assert job_from_json(line) == job
    assert "\n" not in line


def test_job_file_is_readable_by_people():
    assert '"image": "/data/été/image 1.tif"' in job_to_json(JOBS[1])


def test_job_line_is_plain_ascii():
    assert job_to_line(JOBS[1]).isascii()


def test_whole_number_stands_for_a_float():
    assert job_from_json(scene(gsd_m=1)).gsd_m == 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[]", "must be a JSON object"),
        ("{}", "kind is None"),
        (CANCEL_LINE, "kind is 'cancel'"),
        ('{"kind": "scene"}', "lacks the key 'output'"),
        (scene(seeed=1), "unknown key 'seeed': did you mean 'seed'?"),
        (scene(weather="rain"), "unknown key 'weather'."),
        (scene(seed="1"), "'scene job: seed' is '1', expected int"),
        (scene(seed=1.0), "expected int"),
        (scene(seed=True), "expected int"),
        (scene(seed=None), "expected int"),
        (scene(gsd_m="0.1"), "expected float"),
        (scene(output=7), "expected str"),
        (scene(seed=-1), "must be at least 0"),
        (scene(gsd_m=9), "from 0.02 to 2 meters"),
        (scene(survey="sonar"), "must be one of drawn, perfect, lidar, matched"),
        (scene(bit_depth=12), "must be 8 or 16"),
        (scene(lean=1.5), "'lean' is 1.5; it must be at most 1."),
        (scene(shift_m=21), "must be at most 20."),
        (scene(with_flaws=1), "expected bool"),
        ('{"kind": "label", "image": "a", "output": "b", "extent": [1, 2]}', "expected 4"),
        ('{"kind": "label", "image": "a", "output": "b", "extent": 5}', "expected a list"),
        ('{"kind": "label", "image": "a", "output": "b", "draw_polygons": 1}', "expected bool"),
        ('{"kind": "label", "image": "a", "output": "b", "device": "tpu"}', "must be one of"),
        ('{"kind": "vectorize", "classes": "a", "output": "b", "legend": []}', "JSON object"),
    ],
)
def test_job_is_refused_with_a_sentence(text, words):
    with pytest.raises(JobError) as refusal:
        job_from_json(text)
    assert words in str(refusal.value)


def test_wrong_legend_is_the_fault_of_its_job():
    words = json.loads(job_to_line(JOBS[2]))
    words["legend"]["classes"][1]["code"] = 2
    with pytest.raises(JobError, match="share the code 2"):
        job_from_json(json.dumps(words))
    words["legend"]["classes"][1]["colour"] = words["legend"]["classes"][1].pop("color")
    with pytest.raises(JobError, match="did you mean 'color'"):
        job_from_json(json.dumps(words))


def test_unchanged_card_is_read_once_and_a_changed_one_anew():
    text = card_to_json(CARD)
    assert card_from_json(text) is card_from_json(card_to_json(CARD))
    other = dataclasses.replace(CARD, title="Other")
    assert card_from_json(card_to_json(other)) == other


@pytest.mark.parametrize("turns", [1, 4])
def test_card_survives_its_file(turns):
    card = dataclasses.replace(CARD, averaged_turns=turns)
    assert card_from_json(card_to_json(card)) == card


@pytest.mark.parametrize("together", [False, True])
def test_card_says_whether_bands_are_stretched_together(together):
    card = dataclasses.replace(CARD, normalization=Normalization(stretch_together=together))
    again = card_from_json(card_to_json(card))
    assert again == card
    assert again.normalization.stretch_together is together


def test_card_from_before_bands_were_stretched_together_still_loads():
    words = json.loads(card_to_json(CARD))
    del words["normalization"]["stretch_together"], words["normalization"]["balance_nir"]
    del words["ceilings_m"], words["averaged_turns"], words["earlier_runs"]
    card = card_from_json(json.dumps(words))
    assert card.normalization.stretch_together is card.normalization.balance_nir is False
    assert card.ceilings_m == {}
    assert card.earlier_runs == ()
    assert card.averaged_turns == 1


def test_card_with_a_knee_has_a_channel_more():
    bent = dataclasses.replace(CARD, normalization=Normalization(height_knee_m=0.5))
    assert card_from_json(card_to_json(bent)) == bent
    assert (CARD.channels, bent.channels) == (4, 5)
    flat = dataclasses.replace(bent, roles=("nir", "red", "green"))
    assert flat.channels == 3


def test_card_with_greenness_has_a_channel_more_without_heights_too():
    balanced = Normalization(stretch_together=True, balance_nir=True, greenness=True)
    green = dataclasses.replace(CARD, normalization=balanced)
    assert card_from_json(card_to_json(green)) == green
    assert dataclasses.replace(green, roles=("nir", "red", "green")).channels == 4
    assert green.channels == 5
    with pytest.raises(ValueError, match="must balance"):
        Normalization(stretch_together=True, greenness=True)


def test_card_from_before_heights_had_a_knee_still_loads():
    words = json.loads(card_to_json(CARD))
    del words["normalization"]["height_knee_m"], words["normalization"]["greenness"]
    assert card_from_json(json.dumps(words)) == CARD


@pytest.mark.parametrize("knee_m", [-0.1, float("inf"), float("nan")])
def test_knee_must_be_a_height(knee_m):
    with pytest.raises(ValueError, match="knee"):
        Normalization(height_knee_m=knee_m)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema": 99}, "schema 99"),
        ({"roles": ["nir", "nir"]}, "unknown or repeated"),
        ({"gsd_range_m": [0.2, 0.1]}, "not a range"),
        ({"coarsest_image_m": 0.01}, "finer than its GSD range"),
        ({"finest_image_m": 9}, "coarser than its GSD range"),
        ({"enlarged_to_m": 0.3}, "outside its GSD range"),
        *(({"averaged_turns": odd}, "must be one of 1, 2, 4") for odd in (0, 3, 8, -2)),
        *(({"averaged_turns": odd}, "expected int") for odd in (True, 2.0, "2")),
        ({"licens": "MIT"}, "did you mean 'license'"),
        ({"scores": {"overall_accuracy": "high"}}, "expected float"),
        ({"scores": 5}, "expected an object"),
        ({"provenance": {"seed": "\u202e7"}}, "control characters"),
        ({"earlier_runs": [{"seed": "6"}, {"seed": "\u202e7"}]}, "control characters"),
        ({"earlier_runs": [{"seed": 7}]}, "expected str"),
        ({"normalization": {"low_percent": 99.0, "high_percent": 1.0}}, "must rise"),
    ],
)
def test_card_is_refused_with_a_sentence(changes, words):
    text = json.dumps({**json.loads(card_to_json(CARD)), **changes})
    with pytest.raises(ModelError) as refusal:
        card_from_json(text)
    assert words in str(refusal.value)


def test_every_kind_of_event_is_tried_here():
    assert {type(event) for event in EVENTS} == set(EVENT_TYPES)


@pytest.mark.parametrize("event", EVENTS)
def test_event_survives_its_line(event):
    line = event_to_line(event)
    assert "\n" not in line
    assert line.isascii()
    assert event_from_line(line) == event


def test_event_with_keys_of_a_newer_engine_is_understood():
    line = json.dumps({"kind": "progress", "fraction": 0.5, "stage": "s", "tiles_left": 7})
    assert event_from_line(line) == Progress(0.5, "s")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Warning: something",
        "7",
        "null",
        "[1]",
        '{"fraction": 1}',
        '{"kind": ["a"]}',
        '{"kind": "heartbeat"}',
        '{"kind": "progress", "fraction": "half", "stage": "s"}',
        '{"kind": "progress", "fract',
    ],
)
def test_line_that_is_no_event_is_skipped(line):
    assert event_from_line(line) is None


def test_every_field_of_a_job_says_what_it_is():
    for job in JOBS:
        for field in dataclasses.fields(job):
            assert field.metadata["help"]
            assert set(field.metadata) == {"help", "choices", "is_path", "form", "is_required"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "nested too deep"),
        (f'{{"kind": {"7" * 5000}}}', "more than 100 digits"),
        (scene(gsd_m=10**400), "more than 100 digits"),
        (scene(output="a\0b"), "a NUL or half a character"),
        (scene(output="a\ud800"), "a NUL or half a character"),
        (" " * (LARGEST_JOB + 1), "more than any job"),
    ],
)
def test_hostile_jobs_are_refused_in_one_short_sentence(text, words):
    with pytest.raises(JobError, match=words) as refusal:
        job_from_json(text)
    assert len(str(refusal.value)) < 500


def test_bytes_of_paths_that_are_not_utf8_survive():
    job = job_from_json(scene(output="a\udcff"))
    assert job.output == "a\udcff"
    assert job_to_json(job).isascii()
    assert job_from_json(job_to_json(job)) == job


@pytest.mark.parametrize(
    ("line", "control"),
    [
        (CANCEL_LINE, "cancel"),
        ('{"kind":"cancel"}', "cancel"),
        ('{ "kind" : "cancel" }', "cancel"),
        ('{"kind": "\\u0063ancel"}', "cancel"),
        ('{"kind": "cancel", "job": 1}', ""),
        ('{"kind": "scene", "output": "cancel"}', ""),
        ('["cancel"]', ""),
        ('{"kind":"stop"}', "stop"),
        ("cancel", ""),
    ],
)
def test_controls_are_recognized_by_their_meaning(line, control):
    assert control_of(line) == control
