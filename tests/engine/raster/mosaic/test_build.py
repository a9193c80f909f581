"""Many files read as one scene: the values of one raster, gaps as gaps, misfits by name."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from affine import Affine
from orthoscribe.engine.protocol import InputError
from orthoscribe.engine.raster.band_reader import BandReader
from orthoscribe.engine.raster.gaps import find_gaps
from orthoscribe.engine.raster.mosaic.build import build_mosaic
from orthoscribe.engine.raster.opening import open_raster, reading
from orthoscribe.engine.raster.windows import raster_window
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP, carve, speckle, write_raster

EDGE_PX = 50
HEIGHT, WIDTH = 100, 130
COLORS = ("red", "green", "blue")


@pytest.fixture
def values():
    return speckle(3, HEIGHT, WIDTH)


@pytest.fixture
def tiles(tmp_path, values):
    """Write tiles of 50 px, the last column narrower, and return their folder."""
    folder = tmp_path / "tiles"
    folder.mkdir()
    for row in range(0, HEIGHT, EDGE_PX):
        for col in range(0, WIDTH, EDGE_PX):
            write_tile(folder / f"{row:03}_{col:03}.tif", values, Window(row, col, 50, 50))
    return folder


def write_tile(path, values, window, **options):
    part = values[:, *window.clip(*values.shape[1:]).slices]
    moved = NORTH_UP @ Affine.translation(window.col, window.row)
    return write_raster(path, part, transform=moved, **{"colors": COLORS, **options})


def read_all(path):
    with open_raster(path, "image") as dataset:
        whole = raster_window(Window(0, 0, dataset.height, dataset.width))
        return (*BandReader(dataset, [1, 2, 3]).read(whole), dataset.transform)


def index_of(folder, path, locations=None):
    files = locations or sorted(map(str, folder.iterdir()))
    boxes = [shapely.box(*rasterio.open(file).bounds) for file in sorted(folder.iterdir())]
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(boxes)), [np.array(files, object)], ["location"],
        geometry_type="Polygon", crs="EPSG:32632", driver="GPKG",
    )  # fmt: skip
    return str(path)


@pytest.mark.parametrize("kind", ["folder", "pattern", "index", "relative index"])
def test_mosaic_has_the_values_of_the_whole(tmp_path, tiles, values, kind):
    relative = [f"tiles/{path.name}" for path in sorted(tiles.iterdir())]
    path = {
        "folder": lambda: str(tiles),
        "pattern": lambda: str(tiles / "*_*.tif"),
        "index": lambda: index_of(tiles, tmp_path / "index.gpkg"),
        "relative index": lambda: index_of(tiles, tmp_path / "index.gpkg", relative),
    }[kind]()
    mosaic = build_mosaic(path, "image", tmp_path)
    found, valid, transform = read_all(mosaic.path)
    assert np.array_equal(found, values)
    assert valid.all()
    assert transform == NORTH_UP
    assert len(mosaic.files) == 6
    assert mosaic.coverage.is_complete


def test_single_raster_is_no_mosaic(tmp_path, values):
    path = write_raster(tmp_path / "image.tif", values)
    assert build_mosaic(path, "image", tmp_path) is None
    assert build_mosaic(str(tmp_path / "missing.tif"), "image", tmp_path) is None


def test_gaps_between_files_are_invalid(tmp_path, tiles, values):
    (tiles / "000_050.tif").unlink()
    mosaic = build_mosaic(str(tiles), "image", tmp_path)
    found, valid, _ = read_all(mosaic.path)
    expected = np.ones((HEIGHT, WIDTH), bool)
    expected[:50, 50:100] = False
    assert np.array_equal(valid, expected)
    assert np.array_equal(found[:, expected], values[:, expected])
    assert not mosaic.coverage.touches(Window(10, 60, 30, 30))
    assert mosaic.coverage.touches(Window(10, 60, 30, 41))


def test_black_corners_that_no_file_declares_are_found_in_a_mosaic_with_gaps(tmp_path, tiles):
    (tiles / "000_050.tif").unlink()
    black = np.zeros((3, EDGE_PX, EDGE_PX), np.uint8)
    write_tile(tiles / "000_000.tif", black, Window(0, 0, 50, 50))
    with open_raster(build_mosaic(str(tiles), "image", tmp_path).path, "image") as dataset:
        assert find_gaps(dataset, [1, 2, 3]).left_out == [0.0]


def test_nodata_of_a_file_shows_the_file_below(tmp_path, tiles, values):
    for path in tiles.iterdir():
        path.unlink()
    write_tile(tiles / "a.tif", values, Window(0, 0, HEIGHT, WIDTH), nodata=0)
    over = np.zeros_like(values)
    over[:, :20, :20] = 7
    write_tile(tiles / "b.tif", over, Window(0, 0, 60, 60), nodata=0)
    found, valid, _ = read_all(build_mosaic(str(tiles), "image", tmp_path).path)
    expected = values.copy()
    expected[:, :20, :20] = 7
    assert np.array_equal(found, expected)
    assert valid.all()


def test_declared_nodata_holds_for_all_files(tmp_path, tiles, values):
    mosaic = build_mosaic(f"{tiles}|nodata=none", "image", tmp_path)
    assert mosaic.path.endswith("|nodata=none")
    assert read_all(mosaic.path)[1].all()


def misfit(tiles, values, **options):
    return write_tile(tiles / "050_100.tif", values, Window(50, 100, 50, 50), **options)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"crs": "EPSG:25833"}, "has the CRS EPSG:25833"),
        ({"transform": NORTH_UP @ Affine.translation(50, 50) @ Affine.scale(2)}, "pixels of 1 un"),
        ({"transform": NORTH_UP @ Affine.translation(50.4, 50)}, "shifted by 0.40 pixels"),
        ({"colors": ("blue", "green", "red")}, "another order (blue, green, red instead of red"),
    ],
)
def test_file_that_does_not_fit_is_named(tmp_path, tiles, values, change, words):
    if "transform" in change:
        write_raster(tiles / "050_100.tif", values[:, :50, :30], colors=COLORS, **change)
    else:
        misfit(tiles, values, **change)
    with pytest.raises(InputError, match=r"050_100\.tif") as error:
        build_mosaic(str(tiles), "image", tmp_path)
    assert words in str(error.value)


def test_other_numbers_of_bands_and_types_are_named(tmp_path, tiles, values):
    misfit(tiles, values[:2], colors=COLORS[:2])
    with pytest.raises(InputError, match=r"050_100.tif has 2 bands instead of 3"):
        build_mosaic(str(tiles), "image", tmp_path)
    misfit(tiles, values.astype(np.uint16))
    with pytest.raises(InputError, match=r"050_100.tif has values of type uint16"):
        build_mosaic(str(tiles), "image", tmp_path)


@pytest.mark.parametrize("kept", [100, 6000])
def test_broken_file_is_named(tmp_path, tiles, kept):
    carve(tiles / "050_000.tif", kept)
    with pytest.raises(InputError, match=r"050_000\.tif"):
        build_mosaic(str(tiles), "image", tmp_path)


def test_file_that_breaks_later_is_named_when_it_is_read(tmp_path, tiles):
    mosaic = build_mosaic(str(tiles), "image", tmp_path)
    carve(tiles / "050_000.tif", 4000)
    with (
        open_raster(mosaic.path, "image") as dataset,
        pytest.raises(InputError, match=r"050_000\.tif is damaged"),
        reading(dataset, "image"),
    ):
        dataset.read()


def test_index_whose_files_moved_is_named_with_a_way_out(tmp_path, tiles):
    index = index_of(tiles, tmp_path / "index.gpkg")
    tiles.rename(tmp_path / "moved")
    with pytest.raises(InputError, match=r"index\.gpkg .* do not exist: .*000_000.tif.* 3 more"):
        build_mosaic(index, "image", tmp_path)


def test_folder_without_rasters_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="has no rasters"):
        build_mosaic(str(tmp_path / "empty"), "DSM", tmp_path)
    with pytest.raises(InputError, match="pattern"):
        build_mosaic(str(tmp_path / "empty" / "*.tif"), "DSM", tmp_path)
