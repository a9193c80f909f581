"""Doubtful inputs are warned of by every command that reads them, in the same words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio

pytest.importorskip("torch")

from orthoscribe.engine.commands import run_job
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import (
    CompareJob,
    EvaluateJob,
    LabelJob,
    Log,
    SceneJob,
    TrainJob,
    VectorizeJob,
)
from orthoscribe.tests.random_models import save_random_model
from orthoscribe.tests.scenes import write_raster

ROLES = ("nir", "red", "green", "height")
SIZE_PX = 160


class Listener(Reporter):
    """Keeps what is logged, by level."""

    def __init__(self):
        super().__init__(Cancellation())
        self.logs = []

    def emit(self, event):
        if isinstance(event, Log):
            self.logs.append(event)

    def said(self, level):
        return [event.message for event in self.logs if event.level == level]


def warnings_of(job):
    listener = Listener()
    run_job(job, listener)
    return listener.said("warning")


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    job = SceneJob(
        output=str(folder), seed=7, size_px=SIZE_PX, gsd_m=0.2, land="town", survey="perfect"
    )
    run_job(job, Listener())
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "random"
    options = {"width": "1/4"}
    return save_random_model(folder, "maggiori_fcn", ROLES, (0.1, 0.2), options)


@pytest.fixture
def job(scene, model, tmp_path):
    return LabelJob(
        image=str(scene / "image.tif"),
        dsm=str(scene / "dsm.tif"),
        model=model,
        output=str(tmp_path / "out"),
        draw_polygons=False,
    )


@pytest.fixture
def redrawn(scene, tmp_path):
    """Return a function that writes a raster of the scene anew, its values changed."""

    def redraw(name, change, **attributes):
        with rasterio.open(scene / name) as dataset:
            values, transform, crs = dataset.read(), dataset.transform, dataset.crs
        path = write_raster(tmp_path / name, change(values), transform=transform, crs=crs)
        with rasterio.open(path, "r+") as dataset:
            for key, value in attributes.items():
                setattr(dataset, key, value)
        return path

    return redraw


def test_scene_as_it_should_be_is_not_warned_of(job, scene):
    assert warnings_of(job) == []
    assert warnings_of(replace(job, dtm=str(scene / "dtm.tif"))) == []


@pytest.mark.parametrize("shift_m", [-1.5, 5, 20, 40])
def test_other_zero_level_is_warned_of(job, scene, redrawn, shift_m):
    dsm = redrawn("dsm.tif", lambda heights: heights + np.float32(shift_m))
    (warning,) = warnings_of(replace(job, dsm=dsm, dtm=str(scene / "dtm.tif")))
    assert "different" in warning


def test_heights_in_feet_are_converted_and_said(job, redrawn, tmp_path):
    listener = Listener()
    dsm = redrawn("dsm.tif", lambda heights: heights / np.float32(0.3048), units=("ft",))
    run_job(replace(job, dsm=dsm), listener)
    run_job(replace(job, output=str(tmp_path / "meters")), Listener())
    assert listener.said("warning") == []
    assert "declares its heights in ft: they are converted to meters." in listener.said("info")[0]
    codes = []
    for folder in (tmp_path / "out", tmp_path / "meters"):
        with rasterio.open(folder / "classes.tif") as dataset:
            codes.append(dataset.read(1))
    assert (codes[0] == codes[1]).mean() > 0.99


def test_coarse_heights_are_warned_of(job, redrawn, tmp_path):
    dsm = redrawn("dsm.tif", lambda heights: heights)
    with rasterio.open(dsm) as dataset:
        values, transform, crs = dataset.read(), dataset.transform, dataset.crs
    coarse = values[:, 12::25, 12::25]
    transform @= transform.scale(25)
    path = write_raster(tmp_path / "coarse.tif", coarse, transform=transform, crs=crs)
    assert any("5 m per pixel" in each for each in warnings_of(replace(job, dsm=path)))


def test_image_with_gaps_is_warned_of(job, redrawn):
    def gap(image):
        image[:, :60, :60] = 0
        return image

    image = redrawn("image.tif", gap, descriptions=("Near infrared", "Red", "Green"))
    (warning,) = warnings_of(replace(job, image=image))
    assert "0 in all bands, like a gap" in warning


def test_model_without_heights_is_a_sketch(job, tmp_path):
    options = {"width": "1/4"}
    model = save_random_model(tmp_path / "flat", "maggiori_fcn", ROLES[:3], (0.1, 0.2), options)
    (warning,) = warnings_of(replace(job, model=model, dsm=""))
    assert "uses no heights, so its labels are a sketch" in warning
    _, unread = warnings_of(replace(job, model=model))
    assert unread.startswith("The DSM is not read, because the model 'random' uses no heights")


def jobs_with_heights(kind, scene, dsm, model, output):
    """Return a job of a kind that reads the scene and these heights."""
    image, classes = str(scene / "image.tif"), str(scene / "labels.tif")
    read = {"image": image, "dsm": dsm, "labels": classes}
    return {
        "label": lambda: LabelJob(image=image, dsm=dsm, model=model, output=output),
        "vectorize": lambda: VectorizeJob(classes=classes, dsm=dsm, output=output),
        "evaluate": lambda: EvaluateJob(**read, model=model, output=output),
        "train": lambda: TrainJob(
            **read, start=model, steps=1, patch_px=64, batch=1, output=output
        ),
        "compare": lambda: CompareJob(**read, architectures=(model,), output=output),
    }[kind]()


@pytest.mark.parametrize("kind", ["label", "vectorize", "evaluate", "train", "compare"])
def test_centimeters_are_warned_of_by_every_command(kind, scene, model, redrawn, tmp_path):
    dsm = redrawn("dsm.tif", lambda heights: (heights - heights.min()) * 100)
    job = jobs_with_heights(kind, scene, dsm, model, str(tmp_path / "out"))
    assert any("in centimeters or feet" in each for each in warnings_of(job))
