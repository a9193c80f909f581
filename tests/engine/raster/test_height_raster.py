# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine
from orthoscribe.engine.protocol import InputError
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.height_raster import HeightRaster
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP, UTM32, hills, write_raster
from rasterio.crs import CRS
from rasterio.warp import Resampling, calculate_default_transform, reproject

GRID = RasterGrid(CRS.from_string(UTM32), NORTH_UP, 150, 170)
WHOLE = Window(0, 0, 150, 170)
ODD_TILES = [
    Window(row, col, 37, 23).clip(150, 170)
    for row in range(0, 150, 37)
    for col in range(0, 170, 23)
]


def at(shift_m, pixel_m, *, degrees=0.0, south_up=False):
    """Return a lattice that starts `shift_m` north-west of the grid."""
    corner = Affine.translation(NORTH_UP.c - shift_m, NORTH_UP.f + shift_m)
    if south_up:
        corner = Affine.translation(NORTH_UP.c - shift_m, NORTH_UP.f - 75 - shift_m)
    return corner @ Affine.rotation(degrees) @ Affine.scale(pixel_m, pixel_m * (2 * south_up - 1))


def reprojected(path, epsg, pixel_m):
    """Write a copy of a raster in another CRS and return its path."""
    with rasterio.open(path) as source:
        crs = CRS.from_epsg(epsg)
        box = (source.crs, crs, source.width, source.height, *source.bounds)
        transform, width, height = calculate_default_transform(*box, resolution=pixel_m)
        values = np.full((height, width), np.nan, np.float32)
        reproject(
            source.read(1),
            values,
            src_transform=source.transform,
            src_crs=source.crs,
            dst_transform=transform,
            dst_crs=crs,
            src_nodata=-9999,
            dst_nodata=np.nan,
            resampling=Resampling.cubic,
            tolerance=0.0,
        )
    return write_raster(f"{path}.{epsg}.tif", values, crs=f"EPSG:{epsg}", transform=transform)


def gdal_warped(path, resampling=Resampling.bilinear):
    """Return what GDAL makes of a raster on the grid."""
    found = np.full((GRID.height, GRID.width), np.nan, np.float32)
    with rasterio.open(path) as source:
        reproject(
            source.read(1),
            found,
            src_transform=source.transform,
            src_crs=source.crs,
            dst_transform=GRID.transform,
            dst_crs=GRID.crs,
            dst_nodata=np.nan,
            resampling=resampling,
            tolerance=0.0,
        )
    return found


@pytest.fixture
def lattices(tmp_path):
    """Write one terrain on many lattices, with a hole; return their paths by name."""

    def write(name, transform, size, pixel_m):
        heights = hills(size, size, pixel_m=pixel_m)
        heights[size // 3 : size // 3 + 5, size // 2 : size // 2 + 9] = -9999  # nobody declares it
        return write_raster(tmp_path / f"{name}.tif", heights, transform=transform)

    paths = {
        "same": write("same", NORTH_UP, 170, 0.5),
        "shifted": write("shifted", at(3, 0.5), 190, 0.5),
        "coarser": write("coarser", at(2.3, 1.3), 80, 1.3),
        "finer": write("finer", at(1.07, 0.15), 700, 0.15),
        "south_up": write("south_up", at(5, 0.4, south_up=True), 260, 0.4),
        "rotated": write("rotated", at(-10, 0.7, degrees=25), 150, 0.7),
    }
    paths["utm31"] = reprojected(write("wide", at(20, 0.5), 260, 0.5), 32631, 0.5)
    paths["degrees"] = reprojected(write("other", at(20, 0.5), 260, 0.5), 4326, 6e-6)
    return paths


LATTICES = (
    "same", "shifted", "coarser", "finer", "south_up", "rotated", "utm31", "degrees"
)  # fmt: skip


@pytest.mark.parametrize("name", LATTICES)
def test_surface_read_in_odd_tiles_equals_the_whole_bit_for_bit(lattices, name):
    with HeightRaster(GRID, lattices[name], 1, "DSM") as surface:
        whole = surface.read(WHOLE)
        tiled = np.full_like(whole, -1)
        for tile in ODD_TILES:
            tiled[tile.slices] = surface.read(tile)
    assert np.isfinite(whole).mean() > 0.3
    assert np.array_equal(whole, tiled, equal_nan=True)


@pytest.mark.parametrize("name", ["coarser", "south_up", "rotated", "utm31", "degrees"])
def test_surface_is_where_gdal_warps_it(lattices, name):
    with HeightRaster(GRID, lattices[name], 1, "DSM") as surface:
        found = surface.read(WHOLE)
    expected = gdal_warped(lattices[name])
    sound = np.isfinite(found) & (expected > 90)  # GDAL blends the undeclared -9999 in
    assert sound.mean() > 0.3
    assert np.abs(found - expected)[sound].max() < 0.02


def test_surface_much_finer_than_the_grid_is_averaged(tmp_path):
    random = np.random.default_rng(0)
    noisy = random.normal(100, 1, (800, 900)).astype(np.float32)
    path = write_raster(tmp_path / "noisy.tif", noisy, transform=NORTH_UP @ Affine.scale(0.2))
    with HeightRaster(GRID, path, 1, "DSM") as surface:
        found = surface.read(WHOLE)
    assert np.nanstd(found) < 0.25
    np.testing.assert_allclose(found[3, 4], noisy[15:20, 20:25].mean(), rtol=1e-5)


def test_surface_much_finer_than_the_grid_is_averaged_strip_by_strip(lattices, monkeypatch):
    found = []
    for strip_px in (1 << 22, 1000):
        monkeypatch.setattr("orthoscribe.engine.raster.height_raster.STRIP_PX", strip_px)
        with HeightRaster(GRID, lattices["finer"], 1, "DSM") as surface:
            found.append(surface.read(WHOLE))
    assert np.array_equal(*found, equal_nan=True)


def test_surface_on_the_same_lattice_is_read_as_it_is(lattices):
    with rasterio.open(lattices["shifted"]) as dataset:
        expected = dataset.read(1)[6:156, 6:176]
    with HeightRaster(GRID, lattices["shifted"], 1, "DSM") as surface:
        found = surface.read(WHOLE)
    known = expected > -9999
    assert np.array_equal(found[known], expected[known])
    assert np.isnan(found[~known]).all()


def test_surface_of_the_same_crs_by_another_name_is_not_interpolated(tmp_path):
    esri = CRS.from_epsg(32632).to_wkt(version="WKT1_ESRI")
    heights = hills(150, 170)
    path = write_raster(tmp_path / "dsm.tif", heights, crs=esri)
    with HeightRaster(GRID, path, 1, "DSM") as surface:
        assert np.array_equal(surface.read(WHOLE), heights)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -9999, -32768, 1e20, -3.4e38])
def test_surface_knows_no_impossible_heights(tmp_path, bad):
    heights = hills(150, 170)
    heights[10:20, 30:50] = bad
    with HeightRaster(GRID, write_raster(tmp_path / "dsm.tif", heights), 1, "DSM") as surface:
        found = surface.read(WHOLE)
    expected = np.zeros_like(heights, bool)
    expected[10:20, 30:50] = True
    assert np.array_equal(np.isnan(found), expected)


def test_surface_respects_a_declared_nodata_that_could_be_a_height(tmp_path):
    heights = hills(150, 170)
    heights[:5] = 0
    path = write_raster(tmp_path / "dsm.tif", heights, nodata=0)
    with HeightRaster(GRID, path, 1, "DSM") as surface:
        found = surface.read(WHOLE)
    assert np.isnan(found[:5]).all()
    assert np.isfinite(found[5:]).all()


def test_surface_outside_its_raster_is_unknown(tmp_path):
    path = write_raster(tmp_path / "dsm.tif", hills(60, 60), transform=at(-10, 0.5))
    with HeightRaster(GRID, path, 1, "DSM") as surface:
        found = surface.read(WHOLE)
    assert np.isfinite(found[20:80, 20:80]).all()
    assert np.isfinite(found).sum() == 60 * 60


def test_surface_elsewhere_is_refused(tmp_path):
    path = write_raster(tmp_path / "dsm.tif", hills(60, 60), transform=at(5000, 0.5))
    with pytest.raises(InputError, match="does not overlap the area"):
        HeightRaster(GRID, path, 1, "DSM")


def test_surface_without_the_band_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"Band 2 of the DSM .* has one band"):
        HeightRaster(GRID, write_raster(tmp_path / "dsm.tif", hills(60, 60)), 2, "DSM")


def test_surface_pixel_size_is_known_in_metres_in_any_crs(lattices):
    for name, expected in (("coarser", 1.3), ("rotated", 0.7), ("utm31", 0.5)):
        with HeightRaster(GRID, lattices[name], 1, "DSM") as surface:
            assert surface.gsd_m == pytest.approx(expected, rel=0.01)
    with HeightRaster(GRID, lattices["degrees"], 1, "DSM") as surface:
        assert 0.4 < surface.gsd_m < 0.7
