# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import sys
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import rasterio
from affine import Affine
from orthoscribe.engine.protocol import ISPRS, LandClass, Legend, OutputError
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.writer import ByteWriter, ClassWriter, ConfidenceWriter
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP, UTM32
from rasterio.crs import CRS
from rasterio.enums import ColorInterp

GRID = RasterGrid(CRS.from_string(UTM32), NORTH_UP @ Affine.rotation(20), 1100, 900)


def codes():
    return np.random.default_rng(0).integers(0, 7, (GRID.height, GRID.width), np.uint8)


def write(writer, values, edge=300):
    with writer:
        for row in range(0, GRID.height, edge):
            for col in range(0, GRID.width, edge):
                window = Window(row, col, edge, edge).clip(GRID.height, GRID.width)
                writer.write(window, values[window.slices])


def test_class_raster_holds_what_was_written_where_it_belongs(tmp_path):
    path, values = tmp_path / "classes.tif", codes()
    write(ClassWriter(path, GRID, ISPRS), values)
    with rasterio.open(path) as dataset:
        assert np.array_equal(dataset.read(1), values)
        assert dataset.transform.almost_equals(GRID.transform)
        assert dataset.crs == GRID.crs
        assert dataset.nodata == 0
        assert dataset.block_shapes == [(512, 512)]
        assert dataset.compression.value == "DEFLATE"
        assert dataset.overviews(1) == [2, 4, 8]
        assert dataset.descriptions == ("Land cover",)
        assert dataset.colorinterp == (ColorInterp.palette,)
        table = dataset.colormap(1)
    assert table[0] == (0, 0, 0, 0)
    assert table[2] == (0, 0, 255, 255)
    assert table[6] == (255, 0, 0, 255)


def test_class_raster_says_what_its_codes_mean(tmp_path):
    path = tmp_path / "classes.tif"
    legend = Legend((LandClass(2, "a", "A & <b>", (1, 2, 3)), LandClass(4, "c", "C", (4, 5, 6))))
    write(ClassWriter(path, GRID, legend), np.minimum(codes(), 4) // 2 * 2)
    pam = ET.parse(f"{path}.aux.xml").getroot()
    assert [each.text for each in pam.iter("Category")] == ["No data", None, "A & <b>", None, "C"]
    rows = [[cell.text for cell in row] for row in pam.iter("Row")]
    assert rows == [["2", "A & <b>", "1", "2", "3"], ["4", "C", "4", "5", "6"]]
    style = ET.parse(path.with_suffix(".qml")).getroot()
    entries = [dict(entry.attrib) for entry in style.iter("paletteEntry")]
    assert entries[0] == {"value": "2", "label": "A & <b>", "color": "#010203", "alpha": "255"}
    assert style.find("pipe/rasterrenderer").get("type") == "paletted"


def test_confidence_raster_has_no_palette_and_no_sidecars(tmp_path):
    path = tmp_path / "confidence.tif"
    values = np.full((GRID.height, GRID.width), 40, np.uint8)
    values[:, :450] = 0
    write(ConfidenceWriter(path, GRID), values)
    with rasterio.open(path) as dataset:
        assert np.array_equal(dataset.read(1), values)
        assert dataset.nodata == 0
        assert dataset.descriptions == ("Confidence in percent",)
    with rasterio.open(path, overview_level=0) as overview:
        assert set(np.unique(overview.read(1))) == {0, 40}  # nodata is not averaged in
    assert [each.name for each in tmp_path.iterdir()] == ["confidence.tif"]


def test_blocks_never_written_are_nodata(tmp_path):
    path = tmp_path / "classes.tif"
    with ClassWriter(path, GRID, ISPRS) as writer:
        writer.write(Window(600, 600, 10, 10), np.full((10, 10), 5, np.uint8))
    with rasterio.open(path) as dataset:
        found = dataset.read(1)
    assert found.sum() == 500
    assert path.stat().st_size < 20_000


def test_small_rasters_need_no_overviews(tmp_path):
    path = tmp_path / "classes.tif"
    small = RasterGrid(GRID.crs, GRID.transform, 3, 200)
    with ClassWriter(path, small, ISPRS) as writer:
        writer.write(Window(0, 0, 3, 200), np.ones((3, 200), np.uint8))
    with rasterio.open(path) as dataset:
        assert dataset.overviews(1) == []


@pytest.mark.parametrize(
    ("width", "height"),
    [(20000, 20000), (16385, 600), (1601, 5000), (300, 9000), (66, 5000), (3, 5000), (1, 1999)],
)
@pytest.mark.parametrize("kind", [ClassWriter, ConfidenceWriter])
def test_rasters_of_any_size_get_their_overviews(tmp_path, kind, width, height):
    path = tmp_path / "result.tif"
    grid = RasterGrid(GRID.crs, GRID.transform, height, width)
    strip = Window(height - 600, 0, 600, width)  # the rest stays sparse
    with kind(path, grid, *([ISPRS] if kind is ClassWriter else [])) as writer:
        writer.write(strip, np.full((600, width), 4, np.uint8))
    with rasterio.open(path) as dataset:
        count = len(dataset.overviews(1))
    for level in range(count):
        with rasterio.open(path, overview_level=level) as overview:
            assert overview.shape == (-(-height // 2 ** (level + 1)), -(-width // 2 ** (level + 1)))
            assert overview.read(1)[-1].min() == 4
    assert max(overview.shape) <= 256


def test_overview_that_is_missing_is_noticed(tmp_path, monkeypatch):
    levels = ByteWriter._add_overviews
    monkeypatch.setattr(ByteWriter, "_add_overviews", lambda self, all_: levels(self, all_[:-1]))
    with pytest.raises(OutputError, match="2 of 3 overviews"):
        write(ClassWriter(tmp_path / "classes.tif", GRID, ISPRS), codes())


def test_scratch_raster_is_neither_compressed_nor_given_overviews(tmp_path):
    path = tmp_path / "confidence.tif"
    write(ConfidenceWriter(path, GRID, is_scratch=True), codes())
    with rasterio.open(path) as dataset:
        assert np.array_equal(dataset.read(1), codes())
        assert dataset.overviews(1) == []
        assert dataset.compression is None


def test_same_labels_give_the_same_bytes(tmp_path):
    for name in ("a.tif", "b.tif"):
        write(ClassWriter(tmp_path / name, GRID, ISPRS), codes())
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()


def test_order_of_windows_does_not_show(tmp_path):
    values = codes()
    write(ClassWriter(tmp_path / "rows.tif", GRID, ISPRS), values, edge=512)
    with ClassWriter(tmp_path / "columns.tif", GRID, ISPRS) as writer:
        for col in (512, 0):
            for row in (1024, 512, 0):
                window = Window(row, col, 512, 512).clip(GRID.height, GRID.width)
                writer.write(window, values[window.slices])
    assert (tmp_path / "rows.tif").read_bytes() == (tmp_path / "columns.tif").read_bytes()


@pytest.mark.parametrize("kind", [ClassWriter, ConfidenceWriter])
def test_rasters_are_cloud_optimized(tmp_path, kind):
    """Follow the rules of GDAL's validate_cloud_optimized_geotiff.py."""
    path = tmp_path / "result.tif"
    write(kind(path, GRID, *([ISPRS] if kind is ClassWriter else [])), codes())
    with rasterio.open(path) as dataset:
        assert dataset.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert dataset.profile["tiled"]
        levels = [None, 0, 1, 2]
        headers = [
            int(dataset.get_tag_item("IFD_OFFSET", "TIFF", bidx=1, ovr=level)) for level in levels
        ]
        blocks = [
            int(dataset.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", bidx=1, ovr=level))
            for level in levels
        ]
    content = path.read_bytes()
    ghost = content[8:].partition(b"\n")[0]
    assert ghost.startswith(b"GDAL_STRUCTURAL_METADATA_SIZE=")
    size = int(ghost.split(b"=")[1].split()[0])
    assert headers[0] == -(-(8 + len(ghost) + 1 + size) // 2) * 2  # the first thing in the file
    assert headers == sorted(headers)
    assert blocks == sorted(blocks, reverse=True)
    assert headers[-1] < blocks[-1]
    for at in blocks:
        length = int.from_bytes(content[at - 4 : at], "little")
        assert content[at + length : at + length + 4] == content[at + length - 4 : at + length]


def test_writer_left_by_an_exception_adds_nothing(tmp_path):
    path = tmp_path / "classes.tif"
    with pytest.raises(KeyError), ClassWriter(path, GRID, ISPRS):
        raise KeyError
    assert [each.name for each in tmp_path.iterdir()] == ["classes.tif"]


def test_folder_that_is_gone_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="cannot be made"):
        ClassWriter(tmp_path / "none" / "classes.tif", GRID, ISPRS)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
@pytest.mark.parametrize("edge", [512, 300], ids=["written at once", "written late"])
def test_file_that_cannot_grow_is_an_output_error(tmp_path, edge):
    resource = pytest.importorskip("resource")
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, former[1]))
    try:
        with pytest.raises(OutputError, match="cannot be written"):
            write(ClassWriter(tmp_path / "classes.tif", GRID, ISPRS), codes(), edge)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def test_blocks_lost_on_the_way_to_the_disk_are_noticed(tmp_path):
    path = tmp_path / "classes.tif"
    writer = ClassWriter(path, GRID, ISPRS)
    writer.write(Window(0, 0, 512, 512), np.ones((512, 512), np.uint8))
    writer._written_blocks._blocks.add(
        (1, 1)
    )  # as if GDAL had failed to write it, which it does silently
    with pytest.raises(OutputError, match="blocks are missing"):
        writer.finish()
