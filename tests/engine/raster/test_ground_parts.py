"""The ground in parts is the ground in one piece, height by height."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine
from orthoscribe.engine.protocol import HeightsInput
from orthoscribe.engine.raster import ground_filter
from orthoscribe.engine.raster.ground_filter import estimate_ground
from orthoscribe.engine.raster.ground_parts import GroundParts
from orthoscribe.engine.raster.height_raster import HeightRaster
from orthoscribe.engine.raster.opening import projected_grid
from orthoscribe.engine.raster.reader import SceneSources
from orthoscribe.tests.scenes import NORTH_UP, hills, speckle, write_raster

HEIGHT, WIDTH = 300, 420
CELLS = 64


@pytest.fixture
def sources(tmp_path, monkeypatch):
    monkeypatch.setattr(ground_filter, "TILE_CELLS", CELLS)
    monkeypatch.setattr(ground_filter, "WIDEST_OBJECT_M", 20.0)
    surface = hills(HEIGHT, WIDTH)
    surface[100:140, 200:260] += 8
    surface[20:30, 20:30] = np.nan
    moved = NORTH_UP @ Affine.translation(-7.3, 3.8)
    return SceneSources(
        write_raster(tmp_path / "image.tif", speckle(3, HEIGHT, WIDTH)),
        ("nir", "red", "green"),
        heights=HeightsInput(dsm=write_raster(tmp_path / "dsm.tif", surface, transform=moved)),
        extent=(500_010.0, 5_399_870.0, 500_190.0, 5_399_990.0),
        reach_px=10,
    )


def test_parts_joined_are_the_whole(tmp_path, sources):
    paths = {}
    with GroundParts(sources) as parts:
        assert len(parts) > 4
        for number in reversed(range(len(parts))):
            paths[number] = tmp_path / f"{number}.tif"
            parts.write(number, paths[number])
        parts.join(paths, tmp_path / "ground.vrt")
    grid = projected_grid(sources.image, "image")
    part = rasterio.windows.from_bounds(*sources.extent, grid.transform)
    window = ground_filter.Window(
        int(part.row_off) - 10, int(part.col_off) - 10, int(part.height) + 20, int(part.width) + 20
    ).clip(HEIGHT, WIDTH)
    with HeightRaster(grid, sources.heights.dsm, 1, "DSM", window) as dsm:
        whole = estimate_ground(dsm, tmp_path, lambda _fraction: None)
    with rasterio.open(whole) as one, rasterio.open(tmp_path / "ground.vrt") as other:
        assert (one.shape, one.transform, one.crs) == (other.shape, other.transform, other.crs)
        assert other.units == ("m",)
        expected = one.read(1)
        assert np.array_equal(expected, other.read(1), equal_nan=True)
        assert np.isfinite(expected).mean() > 0.3
