# SPDX-License-Identifier: GPL-2.0-or-later
"""The scene input is one record in all jobs that read a scene, and flat in their files."""

import json

import pytest
from orthoscribe.engine.protocol import (
    HEIGHT_KINDS,
    CompareJob,
    EvaluateJob,
    HeightsInput,
    ImageInput,
    JobError,
    LabelJob,
    SceneInput,
    TrainJob,
    VectorizeJob,
    job_from_json,
    job_to_json,
)

READ = {
    "image": "i.tif",
    "nir_band": 4,
    "red_band": 1,
    "green_band": 2,
    "dsm": "s.tif",
    "dtm": "t.tif",
    "heights": "dsm+dtm",
    "dsm_band": 2,
    "dtm_band": 3,
}
SCENE_JOBS = (LabelJob, CompareJob, EvaluateJob, TrainJob)
# A job file in the order of fields of version 0.1, with which users repeat their runs.
SAVED = """{
  "kind": "label",
  "image": "/data/image.tif",
  "output": "/data/out",
  "dsm": "/data/dsm.tif",
  "dtm": "",
  "heights": "ndsm",
  "model": "light",
  "nir_band": 0,
  "red_band": 3,
  "green_band": 0,
  "dsm_band": 1,
  "dtm_band": 1,
  "extent": null,
  "threads": 2,
  "band_ranges": [[0.0, 255.0], [1.0, 2.0], [3.0, 4.0]]
}"""


@pytest.mark.parametrize("job_type", SCENE_JOBS)
def test_jobs_have_the_same_scene(job_type):
    job = job_type(output="out", **READ)
    assert job.scene == SceneInput(**READ)
    assert job_from_json(job_to_json(job)) == job


@pytest.mark.parametrize("job_type", [*SCENE_JOBS, VectorizeJob])
def test_fields_are_flat_in_the_file(job_type):
    names = READ if issubclass(job_type, SceneInput) else ("dsm", "dtm", "heights", "dtm_band")
    given = {name: READ[name] for name in names}
    saved = json.loads(job_to_json(job_type(**given)))
    assert {name: saved[name] for name in names} == given


@pytest.mark.parametrize("job_type", SCENE_JOBS)
@pytest.mark.parametrize(
    "changes", [{"nir_band": -1}, {"dtm_band": 0}, {"dsm_band": -2}, {"heights": "tall"}]
)
def test_jobs_refuse_the_same_values(job_type, changes):
    (name,) = changes
    with pytest.raises(JobError, match=f"'{name}' is"):
        job_type(output="out", **changes)


@pytest.mark.parametrize("job_type", SCENE_JOBS)
def test_jobs_have_the_problems_of_their_scene(job_type):
    problems = job_type(image="i", output="out", red_band=2, nir_band=2, dtm="t").problems()
    assert {one.partition(":")[0] for one in problems} >= {
        "Band 2 is used for two roles",
        "A DTM is given but no DSM is given",
    }
    assert any("No image is given" in one for one in job_type(output="out").problems())


def test_saved_job_is_read_in_any_order_of_its_keys():
    job = job_from_json(SAVED)
    assert job == LabelJob(
        image="/data/image.tif",
        output="/data/out",
        dsm="/data/dsm.tif",
        heights="ndsm",
        model="light",
        red_band=3,
        threads=2,
        band_ranges=((0.0, 255.0), (1.0, 2.0), (3.0, 4.0)),
    )


@pytest.mark.parametrize("key", ["image", "output"])
def test_saved_job_needs_its_required_keys(key):
    saved = {name: value for name, value in json.loads(SAVED).items() if name != key}
    with pytest.raises(JobError, match=f"lacks the key '{key}'"):
        job_from_json(json.dumps(saved))


def test_given_bands_follow_the_roles():
    image = ImageInput("i.tif", nir_band=4, green_band=2)
    assert image.given_bands() == {"nir": 4, "red": 0, "green": 2}
    assert list(image.given_bands(("green", "nir")).items()) == [("green", 2), ("nir", 4)]


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, "dsm"),
        ({"dtm": "t"}, "dsm+dtm"),
        ({"heights": "ndsm"}, "ndsm"),
        ({"heights": "dsm+dtm"}, "dsm+dtm"),
    ],
)
def test_automatic_heights_depend_on_the_terrain(given, kind):
    assert HeightsInput("s", **given).known_heights == kind


@pytest.mark.parametrize("kind", [kind for kind in HEIGHT_KINDS if kind != "auto"])
def test_every_kind_of_heights_has_a_reading(kind):
    assert LabelJob(dsm="dsm.tif", dtm="dtm.tif", heights=kind).heights_reading
    assert LabelJob(heights="auto").heights_reading == ""
    assert "ground estimated" in LabelJob(dsm="dsm.tif").heights_reading
