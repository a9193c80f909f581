# SPDX-License-Identifier: GPL-2.0-or-later
"""A part of an image gets the labels it has in the whole, so work block by block has no seam."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import InputError, LabelJob, Normalization
from orthoscribe.engine.raster.normalize import measure_band_ranges
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.random_models import save_random_model
from orthoscribe.tests.scenes import NORTH_UP, carve, hills, write_raster
from rasterio.features import geometry_mask

HEIGHT, WIDTH = 331, 405
ROLES = ("nir", "red", "green", "height")
PARTS = {
    "upper left corner": Window(0, 0, 61, 83),
    "lower right corner": Window(270, 322, 61, 83),
    "lower edge": Window(307, 131, 24, 97),
    "middle": Window(123, 141, 75, 101),
    "one pixel": Window(165, 203, 1, 1),
    "over a tile's width": Window(7, 3, 300, 157),
}


class Recorder(Reporter):
    def __init__(self):
        super().__init__(Cancellation())
        self.warnings = []

    def emit(self, event):
        if getattr(event, "level", "") == "warning":
            self.warnings.append(event.message)


@pytest.fixture(scope="module")
def rasters(tmp_path_factory):
    """Write an image that is brighter to the right, with holes, and heights on their own grid."""
    folder = tmp_path_factory.mktemp("rasters")
    random = np.random.default_rng(5)
    blocks = random.integers(20, 160, (3, HEIGHT // 9 + 1, WIDTH // 9 + 1))
    image = np.kron(blocks, np.ones((1, 9, 9), int))[:, :HEIGHT, :WIDTH]
    image = image + random.integers(0, 30, image.shape) + np.arange(WIDTH) // 8
    image[:, 100:140, 90:150] = 0
    image[:, 200:, 395:] = 0
    terrain = hills(HEIGHT, WIDTH, pixel_m=1.0)
    raised = np.kron(random.random((HEIGHT // 16 + 1, WIDTH // 16 + 1)) < 0.3, np.ones((16, 16)))
    surface = terrain + 7 * raised[:HEIGHT, :WIDTH].astype(np.float32)
    surface[180:190, 230:260] = np.nan
    shifted = NORTH_UP @ NORTH_UP.translation(-5.3, -7.6)
    return {
        "image": write_raster(folder / "image.tif", image.astype(np.uint8), nodata=0),
        "dsm": write_raster(folder / "dsm.tif", surface, transform=shifted),
        "dtm": write_raster(folder / "dtm.tif", terrain, transform=shifted),
    }


@pytest.fixture(scope="module", params=["maggiori_skip", "maggiori_mlp"])
def job(request, rasters, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "random"
    model = save_random_model(folder, request.param, ROLES, (0.4, 0.6))
    return LabelJob(**rasters, model=model, output="out", draw_polygons=False)


@pytest.fixture(scope="module")
def whole(job, tmp_path_factory):
    return labels(job, tmp_path_factory.mktemp("whole"))


def labels(job, folder: Path, **changes):
    """Run the job; return its codes, its confidence and where they lie."""
    confidence = folder / "confidence.tif"
    run_job(
        replace(job, output=str(folder), confidence=str(confidence), threads=1, **changes),
        Recorder(),
    )
    with rasterio.open(folder / "classes.tif") as classes, rasterio.open(confidence) as percent:
        return classes.read(1), percent.read(1), classes.transform


def extent_of(part):
    left, top = NORTH_UP @ (part.col, part.row)
    right, bottom = NORTH_UP @ (part.col + part.width, part.row + part.height)
    return left, bottom, right, top


def write_area(path, *polygons):
    wkb = shapely.to_wkb(np.array(polygons))
    pyogrio.raw.write(path, wkb, [], [], geometry_type="Polygon", crs="EPSG:32632", driver="GPKG")
    return str(path)


def assert_equal(found, whole, part, asked=True):
    codes, confidence, transform = found
    assert transform == NORTH_UP @ NORTH_UP.translation(part.col, part.row)
    assert codes.shape == (part.height, part.width)
    assert np.array_equal(codes, np.where(asked, whole[0][part.slices], 0))
    difference = confidence.astype(int) - np.where(asked, whole[1][part.slices], 0)
    assert np.abs(difference).max() <= 1  # rounded from floats that are summed in another order


def test_whole_run_is_worth_comparing_with(whole):
    assert len(np.unique(whole[0])) >= 4
    assert (whole[0][100:140, 90:150] == 0).all()


@pytest.mark.parametrize("name", PARTS)
def test_extent_has_the_labels_of_the_whole(job, whole, tmp_path, name):
    part = PARTS[name]
    assert_equal(labels(job, tmp_path, extent=extent_of(part)), whole, part)


@pytest.mark.parametrize("options", [{"tile_size_px": 48, "batch_size": 3}, {"tile_size_px": 512}])
def test_tiles_of_an_extent_change_no_label(job, whole, tmp_path, options):
    part = PARTS["middle"]
    assert_equal(labels(job, tmp_path, extent=extent_of(part), **options), whole, part)


def test_area_has_the_labels_of_the_whole(job, whole, tmp_path):
    left, bottom, right, top = extent_of(Window(91, 57, 140, 201))
    shapes = [
        shapely.Polygon([(left, bottom), (left, top), (right, bottom)]),
        shapely.Point(right - 9, top - 9).buffer(9, quad_segs=64),
    ]
    path = write_area(tmp_path / "area.gpkg", *shapes)
    part = Window(91, 57, 140, 201)
    inside = geometry_mask(shapes, (HEIGHT, WIDTH), NORTH_UP, invert=True)[part.slices]
    codes, confidence, transform = labels(job, tmp_path, area=path)
    sure = (codes == 0) == ~inside | (whole[0][part.slices] == 0)
    assert (~sure).sum() <= 2  # corners are rounded to a thousandth of a pixel
    assert_equal((codes, confidence, transform), whole, part, asked=codes > 0)


def test_neighboring_extents_have_no_seam(job, whole, tmp_path):
    found = np.zeros((HEIGHT, WIDTH), np.uint8)
    for number, part in enumerate([Window(0, 0, HEIGHT, 187), Window(0, 187, HEIGHT, 218)]):
        found[part.slices] = labels(job, tmp_path / str(number), extent=extent_of(part))[0]
    assert np.array_equal(found, whole[0])


@pytest.mark.parametrize("name", ["lower edge", "middle"])
def test_extent_has_the_labels_of_the_whole_over_an_estimated_ground(job, tmp_path, name):
    part = PARTS[name]
    whole = labels(job, tmp_path / "whole", dtm="")
    assert_equal(labels(job, tmp_path / "part", dtm="", extent=extent_of(part)), whole, part)


def test_extent_is_read_only_as_far_as_the_network_sees(job, whole, rasters, tmp_path):
    with rasterio.open(rasters["image"]) as source:
        values = source.read()
    options = {"tiled": True, "blockxsize": 64, "blockysize": 64, "nodata": 0}
    path = write_raster(tmp_path / "image.tif", values, **options)
    carve(path, keep_bytes=Path(path).stat().st_size // 2)
    with open_scene(SceneSources.from_job(job, ROLES), tmp_path) as scene:
        ranges = measure_band_ranges(scene.survey, Normalization())
    job = replace(job, image=path, band_ranges=ranges)
    part = PARTS["upper left corner"]
    assert_equal(labels(job, tmp_path / "part", extent=extent_of(part)), whole, part)
    with pytest.raises(InputError, match="damaged or cut off"):
        labels(job, tmp_path / "whole")


def test_part_without_values_is_empty_with_a_warning(job, tmp_path):
    recorder = Recorder()
    extent = extent_of(Window(110, 100, 9, 9))
    run_job(replace(job, output=str(tmp_path), extent=extent), recorder)
    with rasterio.open(tmp_path / "classes.tif") as classes:
        assert not classes.read(1).any()
    assert any("No pixel was labeled" in warning for warning in recorder.warnings)


def test_estimated_ground_of_a_part_is_that_of_the_whole(job, tmp_path, monkeypatch):
    monkeypatch.setattr("orthoscribe.engine.raster.ground_filter.TILE_CELLS", 40)
    part, job = PARTS["middle"], replace(job, dtm="")
    with open_scene(SceneSources.from_job(job, ROLES), tmp_path) as scene:
        whole = scene.read(part.grow(16)).heights
    sources = SceneSources.from_job(replace(job, extent=extent_of(part)), ROLES, reach_px=16)
    with open_scene(sources, tmp_path) as scene:
        found = scene.read(part.grow(16)).heights
        beyond = scene.read(Window(0, 380, 9, 9)).heights
    np.testing.assert_allclose(found, whole, atol=1e-4)
    assert np.isnan(beyond).all()  # ground that nobody needs is not estimated


def test_heights_of_a_part_count_from_its_corner(job, tmp_path):
    part = PARTS["middle"]
    sources = SceneSources.from_job(replace(job, extent=extent_of(part)), ROLES)
    with open_scene(sources, tmp_path) as scene:
        found = scene.wanted_heights.read(Window(0, 0, part.height, part.width))
        assert np.array_equal(found, scene.read(part).heights, equal_nan=True)


def test_what_of_an_area_is_left_out_is_told_and_recorded(job, tmp_path):
    square = shapely.box(NORTH_UP.c, NORTH_UP.f - 20, NORTH_UP.c + 20, NORTH_UP.f)
    area = str(tmp_path / "area.gpkg")
    pyogrio.raw.write(
        area, np.array([shapely.to_wkb(square), None], object), [np.array([1, 2])], ["number"],
        geometry_type="Polygon", crs="EPSG:32632", driver="GPKG",
    )  # fmt: skip
    recorder = Recorder()
    run_job(replace(job, output=str(tmp_path / "out"), area=area), recorder)
    told = f"Features of the area {area} were left out: 1 without a geometry."
    assert recorder.warnings.count(told) == 1
    assert told in (tmp_path / "out" / "report.json").read_text(encoding="utf-8")
