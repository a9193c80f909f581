# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine
from orthoscribe.engine.protocol import HeightsInput, InputError, LabelJob
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP, carve, hills, speckle, write_raster
from rasterio.control import GroundControlPoint

ROLES = ("nir", "red", "green")
HEIGHT, WIDTH = 90, 110
WHOLE = Window(0, 0, HEIGHT, WIDTH)


def read(tmp_path, image, window=WHOLE, **sources):
    with open_scene(SceneSources(image, ROLES, **sources), tmp_path) as reader:
        return reader.read(window)


@pytest.fixture
def image(tmp_path):
    return write_raster(tmp_path / "image.tif", speckle(3, HEIGHT, WIDTH))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32", "float64"])
def test_reader_keeps_raw_values_of_any_depth(tmp_path, dtype):
    values = speckle(3, HEIGHT, WIDTH).astype(dtype) * 30
    chip = read(tmp_path, write_raster(tmp_path / "image.tif", values))
    assert chip.bands.dtype == np.float32
    assert np.array_equal(chip.bands, values.astype(np.float32))
    assert chip.valid.all()
    assert chip.heights is None


def test_reader_puts_bands_in_the_order_of_their_roles(tmp_path):
    values = speckle(4, HEIGHT, WIDTH)
    described = ("blue", "green", "red", "nir")
    path = write_raster(tmp_path / "image.tif", values, descriptions=described)
    assert np.array_equal(read(tmp_path, path).bands, values[[3, 2, 1]])
    assert np.array_equal(read(tmp_path, path, bands=(1, 3, 4)).bands, values[[0, 2, 3]])


def test_reader_joins_every_kind_of_validity(tmp_path):
    values = speckle(4, HEIGHT, WIDTH)
    values[3] = 255
    expected = np.ones((HEIGHT, WIDTH), bool)
    values[:3, 0:5], expected[0:5] = 0, False  # nodata of all bands
    values[0, 6:9] = 0  # one dark band
    values[3, 10:15], expected[10:15] = 0, False  # alpha
    heights = hills(HEIGHT, WIDTH)
    heights[20:25], expected[20:25] = np.nan, False
    heights[30:35], expected[30:35] = -9999, False
    colors = ("red", "green", "blue", "alpha")
    path = write_raster(tmp_path / "image.tif", values, colors=colors, nodata=0)
    dsm = write_raster(tmp_path / "dsm.tif", heights)
    chip = read(tmp_path, path, heights=HeightsInput(dsm, heights="ndsm"))
    assert np.array_equal(chip.valid, expected)
    assert np.isnan(chip.heights[20:25]).all()


def test_reader_respects_an_internal_mask(tmp_path):
    path = write_raster(tmp_path / "image.tif", speckle(3, HEIGHT, WIDTH))
    mask = np.full((HEIGHT, WIDTH), 255, np.uint8)
    mask[40:50, 20:] = 0
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK="YES"), rasterio.open(path, "r+") as dataset:
        dataset.write_mask(mask)
    assert np.array_equal(read(tmp_path, path).valid, mask > 0)


def test_reader_takes_no_near_infrared_for_a_mask(tmp_path):
    values = speckle(4, HEIGHT, WIDTH)
    values[3, :9] = 0
    path = write_raster(
        tmp_path / "image.tif",
        values,
        colors=("red", "green", "blue", "alpha"),
        descriptions=("red", "green", "blue", "nir"),
    )
    chip = read(tmp_path, path)
    assert np.array_equal(chip.bands, values[[3, 0, 1]])
    assert chip.valid.all()


def test_reader_refuses_fractions_that_are_no_numbers(tmp_path):
    values = speckle(3, HEIGHT, WIDTH).astype(np.float32)
    values[1, 3, 4], values[2, 5, 6] = np.nan, np.inf
    valid = read(tmp_path, write_raster(tmp_path / "image.tif", values)).valid
    assert np.argwhere(~valid).tolist() == [[3, 4], [5, 6]]


def test_reader_gives_the_same_chip_in_odd_tiles(tmp_path):
    values = speckle(3, HEIGHT, WIDTH)
    values[0, 7:33, 50:] = 0
    path = write_raster(tmp_path / "image.tif", values, nodata=0)
    coarse = NORTH_UP @ Affine.scale(2.7)
    dsm = write_raster(tmp_path / "dsm.tif", hills(40, 45, pixel_m=1.35), transform=coarse)
    with open_scene(SceneSources(path, ROLES, heights=HeightsInput(dsm)), tmp_path) as reader:
        whole = reader.read(WHOLE)
        for row in range(0, HEIGHT, 31):
            for col in range(0, WIDTH, 17):
                tile = Window(row, col, 31, 17).clip(HEIGHT, WIDTH)
                rows, cols = tile.slices
                bands, heights, valid = reader.read(tile)
                assert np.array_equal(bands, whole.bands[:, rows, cols])
                assert np.array_equal(heights, whole.heights[rows, cols], equal_nan=True)
                assert np.array_equal(valid, whole.valid[rows, cols])


@pytest.mark.parametrize(
    "transform",
    [
        NORTH_UP @ Affine.rotation(33),
        Affine(0.5, 0, 500_000, 0, 0.5, 5_400_000),
        Affine(-0.5, 0, 500_000, 0, -0.5, 5_400_000),
    ],
    ids=["rotated", "south up", "east left"],
)
def test_reader_stays_on_the_lattice_of_an_unusual_image(tmp_path, transform):
    path = write_raster(tmp_path / "image.tif", speckle(3, HEIGHT, WIDTH), transform=transform)
    rows, cols = np.mgrid[:400, :400]
    x = 499_900 + 0.5 * (cols + 0.5)
    y = 5_400_100 - 0.5 * (rows + 0.5)
    plane = (0.01 * (x - 499_900) + 0.02 * (y - 5_399_900)).astype(np.float32)
    place = Affine(0.5, 0, 499_900, 0, -0.5, 5_400_100)
    dsm = write_raster(tmp_path / "dsm.tif", plane, transform=place)
    ndsm = HeightsInput(dsm, heights="ndsm")
    with open_scene(SceneSources(path, ROLES, heights=ndsm), tmp_path) as reader:
        assert reader.grid.transform == transform
        chip = reader.read(WHOLE)
    rows, cols = np.mgrid[:HEIGHT, :WIDTH]
    x, y = transform @ (cols + 0.5, rows + 0.5)
    expected = 0.01 * (x - 499_900) + 0.02 * (y - 5_399_900)
    np.testing.assert_allclose(chip.heights, expected, atol=1e-3)


def test_sources_come_from_a_job():
    job = LabelJob(image="i", output="o", dsm="d", nir_band=4, green_band=2, heights="ndsm")
    sources = SceneSources.from_job(job, (*ROLES, "height"))
    assert (sources.bands, sources.heights) == ((4, 0, 2), job)
    assert SceneSources.from_job(job, ROLES).heights is None
    with pytest.raises(InputError, match=r"needs heights but no DSM is given.*\(image_only\)"):
        SceneSources.from_job(LabelJob(image="i", output="o"), (*ROLES, "height"))


def refused(tmp_path, sentence, image, **sources):
    with pytest.raises(InputError, match=sentence) as raised:
        read(tmp_path, image, **sources)
    assert str(raised.value).count("\n") == 0


def test_missing_and_foreign_files_are_refused(tmp_path):
    refused(tmp_path, "does not exist: check its path", str(tmp_path / "none.tif"))
    (tmp_path / "text.tif").write_text("no raster")
    refused(tmp_path, "cannot be opened as a raster", str(tmp_path / "text.tif"))


def test_unplaced_images_are_refused(tmp_path):
    values = speckle(3, 20, 20)
    bare = write_raster(tmp_path / "bare.tif", values, crs=None, transform=None)
    refused(tmp_path, "is not georeferenced", bare)
    placed = write_raster(tmp_path / "placed.tif", values, crs=None)
    refused(tmp_path, "no coordinate reference system", placed)
    degrees = write_raster(
        tmp_path / "degrees.tif",
        values,
        crs="EPSG:4326",
        transform=Affine(1e-5, 0, 7, 0, -1e-5, 50),
    )
    refused(tmp_path, "in degrees", degrees)
    with rasterio.open(bare, "r+") as dataset:
        points = [GroundControlPoint(r, c, c, -r) for r, c in ((0, 0), (0, 19), (19, 0), (19, 19))]
        dataset.gcps = points, rasterio.crs.CRS.from_epsg(32632)
    refused(tmp_path, "control points only", bare)


def test_bands_that_are_missing_or_used_twice_are_refused(tmp_path, image):
    single = write_raster(tmp_path / "single.tif", speckle(1, 20, 20))
    refused(tmp_path, "has one band, but 3 are needed", single)
    refused(tmp_path, "Band 7 is selected as near infrared", image, bands=(7, 1, 2))
    refused(tmp_path, "Band 2 is used as", image, bands=(2, 2, 1))


def test_an_image_cut_off_is_refused_when_its_lost_block_is_read(tmp_path):
    options = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"}
    path = write_raster(tmp_path / "image.tif", speckle(3, 256, 256), **options)
    carve(path, keep_bytes=150_000)
    with open_scene(SceneSources(path, ROLES), tmp_path) as reader:
        assert reader.read(Window(0, 0, 64, 64)).valid.all()
        with pytest.raises(InputError, match="damaged or cut off"):
            reader.read(Window(192, 192, 64, 64))


def test_heights_that_do_not_fit_are_refused(tmp_path, image):
    far = write_raster(tmp_path / "far.tif", hills(20, 20), transform=NORTH_UP.translation(9, 9))
    refused(tmp_path, "DSM .* does not overlap", image, heights=HeightsInput(far))
    bare = write_raster(tmp_path / "bare.tif", hills(20, 20), crs=None)
    refused(
        tmp_path, "DSM .* has no coordinate reference system", image, heights=HeightsInput(bare)
    )
    dsm = write_raster(tmp_path / "dsm.tif", hills(HEIGHT, WIDTH))
    refused(tmp_path, "no DTM is given", image, heights=HeightsInput(dsm, heights="dsm+dtm"))
    bad_band = HeightsInput(dsm, dtm=dsm, dtm_band=3)
    refused(tmp_path, "Band 3 of the DTM", image, heights=bad_band)
