"""Paths that cannot be read end in one sentence at once, for rasters and vectors."""

from __future__ import annotations

import os

import numpy as np
import pytest
import shapely
from affine import Affine
from orthoscribe.engine.protocol import InputError
from orthoscribe.engine.raster.area import find_area
from orthoscribe.engine.raster.opening import grid_of, open_raster, projected_grid
from orthoscribe.engine.raster.polygons_file import read_polygons
from orthoscribe.engine.raster.source_files import check_source
from orthoscribe.tests.engine.raster.test_polygons_file import GRID, write
from orthoscribe.tests.scenes import speckle, write_raster


def odd_paths(tmp_path):
    os.mkfifo(tmp_path / "fifo.tif")
    (tmp_path / "ring").symlink_to(tmp_path / "ring")
    return {
        str(tmp_path / "fifo.tif"): "not a plain file",
        "/dev/zero": "not a plain file",
        str(tmp_path / "ring"): "cannot be opened",
        str(tmp_path / ("a" * 300)): "cannot be opened",
        "a\0b": "cannot be opened",
        "a\ud800": "cannot be opened",
        "~nobodyx/image.tif": "does not exist",
        "/vsimem/image.tif": "is not a file",
        "/vsistdin/": "is not a file",
        f"/vsizip/{tmp_path}/fifo.tif/image.tif": "cannot be opened",
        "/vsizip//nowhere.zip/image.tif": "does not exist",
    }


def test_odd_paths_end_in_one_short_sentence(tmp_path):
    for path, reason in odd_paths(tmp_path).items():
        for read in (lambda p: open_raster(p, "image"), lambda p: read_polygons(p, "area", GRID)):
            with pytest.raises(InputError, match=reason) as refusal:
                read(path)
            sentence = str(refusal.value)
            assert sentence.isprintable()
            assert len(sentence) < 500


def test_folders_are_vector_files_but_no_rasters(tmp_path):
    check_source(str(tmp_path), "area", may_be_folder=True)
    with pytest.raises(InputError, match="not a plain file"):
        check_source(str(tmp_path), "image")


@pytest.mark.parametrize("name", ["/vsicurl/http://a/b.tif", "/vsis3/a/b.tif", "https://a/b.tif"])
def test_servers_are_named_with_the_switch(name):
    with pytest.raises(InputError, match="ORTHOSCRIBE_CLOUD_RASTERS=yes"):
        open_raster(name, "image")


@pytest.mark.parametrize(
    "numbers",
    [
        (0, 0, 5e5, 0, 0, 54e5),
        (0.5, 0, 5e5, 0, 0, 54e5),
        (1e-300, 0, 5e5, 0, -1e-300, 54e5),
        (1e300, 0, 5e5, 0, -1e300, 54e5),
        (np.nan, 0, 5e5, 0, -0.5, 54e5),
        (0.5, 0, np.inf, 0, -0.5, 54e5),
        (0.5, 0.5, 5e5, 0.5, 0.5, 54e5),
        (0.5, 0, 1e300, 0, -0.5, 54e5),
    ],
)
def test_grids_that_are_not_on_earth_are_refused(tmp_path, numbers):
    path = write_raster(tmp_path / "odd.tif", speckle(1, 4, 4), transform=Affine(*numbers))
    with open_raster(path, "DSM") as dataset, pytest.raises(InputError, match="georeference"):
        grid_of(dataset, "DSM")


def test_rasters_with_thousands_of_bands_are_refused(tmp_path):
    path = write_raster(tmp_path / "many.tif", np.zeros((1200, 1, 1), np.uint8))
    with pytest.raises(InputError, match="1200 bands"):
        open_raster(path, "DSM")


def test_polygons_that_would_take_minutes_are_left_out(tmp_path):
    image = write_raster(tmp_path / "image.tif", speckle(1, 60, 60))
    chance = np.random.default_rng(0)
    points = np.array([500_000, 5_399_970]) + 30 * chance.random((2000, 2))
    tangle, square = shapely.Polygon(points), shapely.box(500_000, 5_399_990, 500_010, 5_400_000)
    path = write(tmp_path / "area.gpkg", [tangle, square])
    area = find_area(projected_grid(image, "image"), None, str(path))
    assert area.window.height == 20
    assert "1 whose edges cross each other too often" in area.remarks[0]


@pytest.mark.parametrize("far", [1e30, 1e308])
def test_extents_without_bounds_cover_the_image(tmp_path, far):
    grid = projected_grid(write_raster(tmp_path / "image.tif", speckle(1, 60, 60)), "image")
    assert find_area(grid, (-far, -far, far, far), "").window == (0, 0, 60, 60)
