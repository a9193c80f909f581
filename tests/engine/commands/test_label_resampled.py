# SPDX-License-Identifier: GPL-2.0-or-later
"""An image outside a model's resolutions gets the labels of the nearest one, on its own pixels."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import (
    EvaluateJob,
    LabelJob,
    Log,
    Normalization,
    job_from_json,
)
from orthoscribe.engine.raster.normalize import measure_band_ranges
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.engine.raster.working import WorkingScene, lattice_of
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.random_models import save_random_model
from orthoscribe.tests.scenes import UTM32, write_raster

HEIGHT, WIDTH = 181, 243
ROLES = ("nir", "red", "green", "height")
PLACE = Affine.translation(500_000, 5_400_000)
PARTS = [Window(61, 85, 47, 71), Window(150, 201, 31, 42), Window(77, 3, 1, 1)]


class Recorder(Reporter):
    def __init__(self):
        super().__init__(Cancellation())
        self.logs = []

    def emit(self, event):
        if isinstance(event, Log):
            self.logs.append(event)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Random weights, said to be trained on 0.1 to 0.5 m."""
    folder = tmp_path_factory.mktemp("models") / "random"
    return save_random_model(folder, "maggiori_skip", ROLES, (0.1, 0.5), {"width": "1/8"})


def transform_of(gsd_m, degrees=0.0):
    return PLACE @ Affine.rotation(degrees) @ Affine.scale(gsd_m, -gsd_m)


def write_scene(folder, model, gsd_m, *, degrees=0.0, height=HEIGHT, width=WIDTH):
    """Write an image with holes and heights above ground; return the job that labels them."""
    folder.mkdir(exist_ok=True)
    random = np.random.default_rng(7)
    rough = np.kron(random.integers(20, 200, (4, 28, 28)), np.ones((1, 9, 9), int))
    planes = rough[:, :height, :width] + random.integers(0, 30, (4, height, width))
    image, heights = planes[:3].astype(np.uint8), ((planes[3] - 40) / 16).astype(np.float32)
    image[:, 40:71, 90:135] = 0
    image[:, 100:101, 100:101] = 0
    heights[140:155, 17:40] = np.nan
    place = {"transform": transform_of(gsd_m, degrees)}
    return LabelJob(
        image=write_raster(folder / "image.tif", image, nodata=0, descriptions=ROLES[:3], **place),
        dsm=write_raster(folder / "dsm.tif", heights, **place),
        heights="ndsm",
        model=model,
        output=str(folder / "out"),
        confidence=str(folder / "out" / "confidence.tif"),
        draw_polygons=False,
        threads=1,
    )


def labeled(job, **changes):
    """Run the job; return its codes, its confidence, its report and what was logged."""
    recorder, job = Recorder(), replace(job, **changes)
    run_job(replace(job, confidence=str(Path(job.output) / "confidence.tif")), recorder)
    planes = []
    for name in ("classes.tif", "confidence.tif"):
        with rasterio.open(Path(job.output) / name) as dataset:
            planes.append(dataset.read(1))
            transform = dataset.transform
    report = json.loads((Path(job.output) / "report.json").read_text())
    return planes[0], planes[1], transform, report, recorder.logs


def ranges_of(job, tmp_path):
    with open_scene(SceneSources.from_job(job, ROLES), tmp_path) as scene:
        return measure_band_ranges(scene.survey, Normalization())


def written_out(job, gsd_m, tmp_path):
    """Return the job that labels the resampled scene, written to files, as it is."""
    with open_scene(SceneSources.from_job(job, ROLES, reach_px=None), tmp_path) as scene:
        seen = WorkingScene(scene, lattice_of(scene.grid, gsd_m))
        bands, heights, valid = seen.read(Window(0, 0, seen.grid.height, seen.grid.width))
    bands[:, ~valid] = np.nan
    place = {"transform": seen.grid.transform}
    return replace(
        job,
        image=write_raster(tmp_path / "seen.tif", bands, **place),
        dsm=write_raster(tmp_path / "seen_dsm.tif", heights, **place),
        output=str(tmp_path / "seen"),
        band_ranges=ranges_of(job, tmp_path),
    )


def valid_of(job, tmp_path):
    with open_scene(SceneSources.from_job(job, ROLES, reach_px=None), tmp_path) as scene:
        return scene.read(Window(0, 0, scene.grid.height, scene.grid.width)).valid


def enlarged(plane, scale, valid):
    rows, cols = (((np.arange(length) + 0.5) / scale).astype(int) for length in valid.shape)
    return np.where(valid, plane[np.ix_(rows, cols)], 0)


@pytest.fixture(scope="module")
def fine(model, tmp_path_factory):
    """A job at half the finest resolution, and what it comes to."""
    job = write_scene(tmp_path_factory.mktemp("fine"), model, 0.05)
    return job, labeled(job)


def test_labels_of_a_finer_image_are_those_of_its_means(fine, tmp_path):
    job, (codes, confidence, transform, report, _) = fine
    planes = []
    for path in (job.image, job.dsm):
        with rasterio.open(path) as dataset:
            planes += list(dataset.read(out_dtype=np.float64))
    stack = np.stack(planes)
    stack[:, (stack[:3] == 0).any(axis=0) | np.isnan(stack[3])] = np.nan
    padded = np.full((4, HEIGHT + 1, WIDTH + 1), np.nan)
    padded[:, :HEIGHT, :WIDTH] = stack
    blocks = padded.reshape(4, HEIGHT // 2 + 1, 2, WIDTH // 2 + 1, 2).swapaxes(2, 3)
    known = np.isfinite(blocks[0]).sum(axis=(2, 3))
    inside = np.full(known.shape, 4)
    inside[-1] = inside[:, -1] = 2
    inside[-1, -1] = 1
    with np.errstate(invalid="ignore"):
        means = np.nansum(blocks, axis=(3, 4)) / known
    means[:, 2 * known < inside] = np.nan
    place = {"transform": transform_of(0.1)}
    expected = labeled(
        job,
        image=write_raster(tmp_path / "means.tif", means[:3].astype(np.float32), **place),
        dsm=write_raster(tmp_path / "means_dsm.tif", means[3].astype(np.float32), **place),
        output=str(tmp_path / "means"),
        band_ranges=ranges_of(job, tmp_path),
    )
    valid = np.isfinite(stack[0])
    assert transform == transform_of(0.05)
    assert len(np.unique(codes)) >= 4
    assert np.array_equal(codes, enlarged(expected[0], 2.0, valid))
    assert np.array_equal(confidence, enlarged(expected[1], 2.0, valid))
    assert report["grid"]["gsd_m"] == 0.05
    assert report["grid"]["labeled_at_gsd_m"] == 0.1
    assert sum(row["pixels"] for row in report["classes"]) == (codes > 0).sum()


@pytest.mark.parametrize(
    ("gsd_m", "target_m", "degrees"), [(0.07, 0.1, 0.0), (0.8, 0.5, 0.0), (0.05, 0.1, 31.0)]
)
def test_labels_are_those_of_the_resampled_image(model, tmp_path, gsd_m, target_m, degrees):
    job = write_scene(tmp_path / "scene", model, gsd_m, degrees=degrees)
    codes, confidence, transform, report, _ = labeled(job)
    seen = labeled(written_out(job, target_m, tmp_path))
    valid = valid_of(job, tmp_path)
    assert transform.almost_equals(transform_of(gsd_m, degrees))
    assert len(np.unique(codes)) >= 4
    assert np.array_equal(codes, enlarged(seen[0], target_m / gsd_m, valid))
    assert np.array_equal(confidence, enlarged(seen[1], target_m / gsd_m, valid))
    assert report["grid"]["labeled_at_gsd_m"] == target_m


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("options", [{}, {"tile_size_px": 16}])
def test_extent_has_the_labels_of_the_whole(fine, tmp_path, part, options):
    job, whole = fine
    corners = [
        transform_of(0.05) @ corner
        for corner in ((part.col, part.row), (part.col + part.width, part.row + part.height))
    ]
    (left, top), (right, bottom) = corners
    found = labeled(job, output=str(tmp_path), extent=(left, bottom, right, top), **options)
    assert np.array_equal(found[0], whole[0][part.slices])
    difference = found[1].astype(int) - whole[1][part.slices]
    assert np.abs(difference).max() <= 1  # rounded from floats that are summed in another order


def test_area_has_the_labels_of_the_whole(fine, tmp_path):
    job, whole = fine
    triangle = shapely.Polygon(
        [transform_of(0.05) @ at for at in ((31.2, 17.1), (190.3, 42.4), (44.4, 170.0))]
    )
    wkb = shapely.to_wkb(np.array([triangle]))
    area = tmp_path / "area.gpkg"
    pyogrio.raw.write(area, wkb, [], [], geometry_type="Polygon", crs=UTM32, driver="GPKG")
    codes, _, transform, *_ = labeled(job, output=str(tmp_path / "out"), area=str(area))
    inside = rasterio.features.geometry_mask([triangle], codes.shape, transform, invert=True)
    col, row = (round(at) for at in ~transform_of(0.05) @ (transform.c, transform.f))
    expected = np.where(inside, whole[0][row:, col:][: codes.shape[0], : codes.shape[1]], 0)
    assert (codes != expected).sum() <= 2  # corners are rounded to a thousandth of a pixel
    assert (codes == 0).any()


@pytest.mark.parametrize("tile_size_px", [16, 512])
def test_tiles_change_no_label(fine, tmp_path, tile_size_px):
    job, whole = fine
    found = labeled(job, output=str(tmp_path), tile_size_px=tile_size_px, batch_size=3)
    assert np.array_equal(found[0], whole[0])


def test_extent_over_an_estimated_ground_has_the_labels_of_the_whole(fine, tmp_path):
    job, part = replace(fine[0], heights="dsm"), PARTS[0]
    left, top = transform_of(0.05) @ (part.col, part.row)
    right, bottom = transform_of(0.05) @ (part.col + part.width, part.row + part.height)
    whole = labeled(job, output=str(tmp_path / "whole"))
    extent = (left, bottom, right, top)
    found = labeled(job, output=str(tmp_path / "part"), extent=extent)
    assert np.array_equal(found[0], whole[0][part.slices])


@pytest.mark.parametrize(("height", "width"), [(1, 60), (60, 1), (1, 1)])
def test_image_smaller_than_a_pixel_of_the_model_is_labeled(model, tmp_path, height, width):
    job = write_scene(tmp_path, model, 0.03, height=height, width=width)
    codes, *_ = labeled(job, band_ranges=((0.0, 255.0),) * 3)
    assert codes.shape == (height, width)
    assert (codes > 0).all()


def test_band_ranges_are_those_of_the_image_itself(fine, tmp_path):
    job, _ = fine
    saved = job_from_json((Path(job.output) / "job.json").read_text())
    assert saved.band_ranges == ranges_of(job, tmp_path)
    assert saved.resample


def test_finer_image_is_told_in_the_log_and_is_nothing_to_warn_of(fine):
    _, (*_, report, logs) = fine
    (log,) = (log for log in logs if "m per pixel" in log.message)
    assert log.level == "info"
    assert "labeled at 0.1 m" in log.message
    assert report["warnings"] == []


def test_coarser_image_is_warned_of(model, tmp_path):
    job = write_scene(tmp_path, model, 0.8, height=40, width=40)
    *_, report, logs = labeled(job, band_ranges=((0.0, 255.0),) * 3)
    warnings = [log.message for log in logs if log.level == "warning"]
    assert "enlarged to 0.5 m" in warnings[0]
    assert report["warnings"][0] == warnings[0]


def test_image_is_labeled_as_it_is_where_that_is_asked_for(fine, tmp_path):
    job, whole = fine
    codes, _, _, report, logs = labeled(job, output=str(tmp_path), resample=False)
    assert report["grid"]["labeled_at_gsd_m"] == 0.05
    assert any(log.level == "warning" and "poor" in log.message for log in logs)
    assert ((codes > 0) == valid_of(job, tmp_path)).all()
    assert (codes != whole[0]).mean() > 0.1


def test_evaluation_scores_what_is_labeled_at_another_resolution(fine, tmp_path):
    job, whole = fine
    labels = write_raster(tmp_path / "labels.tif", whole[0], transform=transform_of(0.05))
    evaluation = EvaluateJob(
        image=job.image,
        dsm=job.dsm,
        heights="ndsm",
        labels=labels,
        model=job.model,
        output=str(tmp_path / "out"),
        trimap_px=0,
        threads=1,
    )
    recorder = Recorder()
    run_job(evaluation, recorder)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["full"]["overall_accuracy"] == 1.0
    assert report["full"]["scored_px"] == (whole[0] > 0).sum()
    (log,) = (log for log in recorder.logs if "labeled at 0.1 m" in log.message)
    assert log.level == "info"
