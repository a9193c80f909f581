import dataclasses
import math

import pytest
from orthoscribe.engine.protocol import (
    JOB_TYPES,
    CompareJob,
    EvaluateJob,
    JobError,
    LabelJob,
    SceneJob,
    TrainJob,
    VectorizeJob,
)


def label(**changes):
    return LabelJob(**{"image": "a.tif", "output": "out", **changes})


def train(**changes):
    return TrainJob(image="a.tif", labels="l.tif", architecture="frrn_a", **changes)


@pytest.mark.parametrize(
    "job",
    [
        label(),
        label(dsm="d", dtm="t"),
        VectorizeJob(classes="c.tif", output="out"),
        SceneJob("out"),
    ],
)
def test_runnable_job_has_no_problems(job):
    assert job.problems() == ()


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (label(image=""), "No image is given"),
        (label(output=""), "No output folder"),
        (label(extent=(5, 0, 5, 9)), "extent is empty"),
        (label(nir_band=2, green_band=2), "Band 2 is used for two roles"),
        (label(dtm="t.tif"), "no DSM is given"),
        (label(heights="ndsm"), "no DSM is given"),
        (label(dsm="d.tif", heights="dsm+dtm"), "no DTM is given"),
        (label(dsm="d.tif", dtm="t.tif", heights="ndsm"), "A DTM is given but"),
        (label(classes="c.png"), "ends in .tif"),
        (label(confidence="c"), "ends in .tif"),
        (label(polygons="p.shp"), "ends in .gpkg"),
        (VectorizeJob(classes="c.png", output="out", polygons="p.geojson"), "ends in .gpkg"),
        (VectorizeJob(output="out"), "No class raster"),
        (VectorizeJob(classes="c.tif"), "No output folder"),
        (VectorizeJob(classes="c.tif", output="out", dtm="t.tif"), "no DSM is given"),
        (SceneJob(""), "No output folder"),
        (train(), "has no name"),
        (train(output="out", name="x"), "leave one of them out"),
        (train(name="light"), "already a model 'light'"),
        (train(name="a/b"), "cannot be the name"),
        (
            EvaluateJob(output="out", dataset="potsdam", root="r", label_values=("1=tree",)),
            "leave label_values out",
        ),
        (
            TrainJob(
                output="out",
                dataset="vaihingen",
                root="r",
                architecture="frrn_a",
                label_values=("1=car",),
            ),
            "leave label_values out",
        ),
    ],
)
def test_job_says_what_keeps_it_from_running(job, words):
    (sentence,) = job.problems()
    assert words in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("pair", ["tree", "=tree", "4=", " = "])
@pytest.mark.parametrize("job_type", [CompareJob, EvaluateJob, TrainJob])
def test_label_values_say_what_each_means(job_type, pair):
    given = dict.fromkeys(("image", "labels", "output"), "x")
    with pytest.raises(JobError, match=r"'label_values' has .* written VALUE=CLASS"):
        job_type(**given, label_values=("5=tree", pair))
    assert job_type(**given, label_values=("5=tree", "6 = building")).label_values


def test_bands_that_are_to_be_found_do_not_clash():
    assert label(nir_band=0, red_band=0, green_band=3).problems() == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"heights": "tall"},
        {"device": "tpu"},
        {"nir_band": -1},
        {"dsm_band": 0},
        {"batch_size": 0},
        {"tile_size_px": -16},
        {"minimum_car_m2": -0.1},
        {"minimum_road_m2": math.nan},
    ],
)
def test_label_job_refuses_values_no_run_could_use(changes):
    with pytest.raises(JobError) as refusal:
        label(**changes)
    assert f"'{next(iter(changes))}'" in str(refusal.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": -1},
        {"size_px": 63},
        {"width_px": 63},
        {"height_px": -1},
        {"gsd_m": 0.01},
        {"gsd_m": 2.5},
        {"gsd_m": math.nan},
        {"survey": "sonar"},
        {"survey": ""},
        {"land": "sea"},
        {"bit_depth": 12},
        {"lean": -0.01},
        {"lean": 1.01},
        {"lean": math.nan},
        {"shift_m": -1},
        {"shift_m": 20.1},
        {"shift_m": math.inf},
        {"outdated_fraction": 1.01},
        {"moved_cars": -0.5},
        {"moved_cars": 2},
        {"label_noise_m": -0.1},
        {"label_noise_m": 20.1},
        {"label_noise_m": math.inf},
    ],
)
def test_scene_job_refuses_what_no_scene_could_have(changes):
    with pytest.raises(JobError) as refusal:
        SceneJob("out", **changes)
    assert f"'{next(iter(changes))}'" in str(refusal.value)


def test_scene_job_takes_its_size_for_an_edge_that_is_not_given():
    assert SceneJob("out", size_px=90).shape_px == (90, 90)
    assert SceneJob("out", size_px=90, width_px=64).shape_px == (90, 64)
    assert SceneJob("out", size_px=90, height_px=64).shape_px == (64, 90)


@pytest.mark.parametrize("name", ["width_px", "height_px"])
@pytest.mark.parametrize("value", [-3, 63])
def test_refused_edge_of_a_scene_says_what_zero_means(name, value):
    with pytest.raises(JobError) as refusal:
        SceneJob("out", **{name: value})
    assert str(refusal.value) == (
        f"'{name}' is {value}; it must be at least 64, or 0 for as many pixels as 'size_px'."
    )


def test_scene_job_takes_the_extremes():
    most = {"lean": 1, "shift_m": 20, "outdated_fraction": 1, "moved_cars": 1, "label_noise_m": 20}
    job = SceneJob("out", bit_depth=16, survey="perfect", **most)
    assert job.flaws == most
    assert SceneJob("out").flaws == dict.fromkeys(most, 0.0)


@pytest.mark.parametrize("job_type", JOB_TYPES)
def test_jobs_are_frozen(job_type):
    job = job_type()
    with pytest.raises(dataclasses.FrozenInstanceError):
        job.output = "elsewhere"


def test_kinds_are_distinct():
    assert len({job_type.kind for job_type in JOB_TYPES}) == len(JOB_TYPES)


def test_named_model_is_trained_in_the_library(tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    job = train(name="My town")
    placed = job.placed()
    assert (placed.output, placed.name) == (str(tmp_path / "models" / "My town"), "")
    assert (placed.title, train(name="x", title="Y").placed().title) == ("My town", "Y")
    assert job.problems() == placed.problems() == ()
    assert train(output="out").placed() == train(output="out")
