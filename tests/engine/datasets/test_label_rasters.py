# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters of labels: palettes, names, masks, nodata, scales, types, and lattices of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from orthoscribe.engine.datasets import Truth, read_classes, truth_in
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import ISPRS, InputError
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.sidecars import color_table, pam_document
from orthoscribe.tests.scenes import NORTH_UP, UTM32, write_raster
from rasterio.crs import CRS

GRID = RasterGrid(CRS.from_string(UTM32), NORTH_UP, 2, 7)
INDEXES = np.array([[0, 1, 2, 3, 4, 5, IGNORED], [5, 4, 3, 2, 1, 0, IGNORED]], np.uint8)
COLORS = [(*one.color, 255) for one in ISPRS.classes]
GRAYS = {value: (value, value, value, 255) for value in range(256)}
UNUSED = 17


def stored(*values, unknown=0):
    """Return (2, 7) uint8: classes as the given values, one for each."""
    table = np.full(256, unknown, np.uint8)
    table[: len(values)] = values
    return table[INDEXES]


def read(path, grid=GRID, label_values=(), coding=""):
    said = []
    truth = Truth(str(path), coding) if coding else truth_in(str(path), "", label_values)
    return read_classes(truth, grid, ISPRS, said.append), said


def write(path, values, palette=None, **options):
    write_raster(path, values, **options)
    if palette:
        with rasterio.open(path, "r+") as dataset:
            dataset.write_colormap(1, palette)
    return path


def with_names(path, names, as_table=False):
    band = "".join(
        f"<Category>{names.get(value, '')}</Category>" for value in range(max(names) + 1)
    )
    band = f"<CategoryNames>{band}</CategoryNames>"
    if as_table:
        rows = "".join(
            f'<Row index="{at}"><F>{value}</F><F>{name}</F></Row>'
            for at, (value, name) in enumerate(names.items())
        )
        band = (
            '<GDALRasterAttributeTable><FieldDefn index="0"><Name>VALUE</Name><Type>0</Type>'
            '<Usage>0</Usage></FieldDefn><FieldDefn index="1"><Name>Class_name</Name>'
            f"<Type>2</Type><Usage>0</Usage></FieldDefn>{rows}</GDALRasterAttributeTable>"
        )
    Path(f"{path}.aux.xml").write_text(
        f'<PAMDataset><PAMRasterBand band="1">{band}</PAMRasterBand></PAMDataset>'
    )
    return path


def test_palette_of_the_legend_counts_where_indexes_are_others(tmp_path):
    palette = {**dict(enumerate(COLORS)), UNUSED: (0, 0, 0, 255)}
    path = write(tmp_path / "zero.tif", stored(*range(6), unknown=UNUSED), palette)
    found, said = read(path)
    np.testing.assert_array_equal(found, INDEXES)
    assert len(said) == 1
    assert "the colors are used: 0 is Impervious surface, 1 is Building" in said[0]
    mixed = [40, 3, 9, 200, 1, 2]
    palette = dict(zip(mixed, COLORS, strict=True))
    path = write(tmp_path / "mixed.tif", stored(*mixed, unknown=UNUSED), palette)
    np.testing.assert_array_equal(read(path)[0], INDEXES)


def test_void_of_another_color_is_unknown_in_a_palette(tmp_path):
    palette = {**dict(enumerate(COLORS)), 255: (224, 224, 192, 255)}
    path = write(tmp_path / "void.tif", stored(*range(6), unknown=255), palette)
    np.testing.assert_array_equal(read(path)[0], INDEXES)


@pytest.mark.parametrize(
    "palette",
    [
        color_table(ISPRS),
        {code: (10 * code, 90, 5, 255) for code in range(1, 7)},
        GRAYS,
        {2: COLORS[1], 4: COLORS[3]},
    ],
    ids=["own", "of somebody's taste", "gray", "of two codes"],
)
def test_palette_that_does_not_contradict_leaves_the_codes(tmp_path, palette):
    found, said = read(write(tmp_path / "codes.tif", stored(1, 2, 3, 4, 5, 6), palette))
    np.testing.assert_array_equal(found, INDEXES)
    assert said == []


def test_palette_that_contradicts_in_part_is_told_and_codes_count(tmp_path):
    palette = {1: COLORS[1], 2: COLORS[0], **dict.fromkeys(range(3, 7), (9, 99, 199, 255))}
    found, said = read(write(tmp_path / "codes.tif", stored(1, 2, 3, 4, 5, 6), palette))
    np.testing.assert_array_equal(found, INDEXES)
    assert "for some values only, so the codes are used" in said[0]


@pytest.mark.parametrize("as_table", [False, True])
def test_names_of_values_count_where_they_are_the_legends(tmp_path, as_table):
    names = {code + 10: one.title for code, one in enumerate(ISPRS.classes)}
    path = write(tmp_path / "named.tif", stored(*range(10, 16), unknown=2))
    found, said = read(with_names(path, {**names, 2: "water"}, as_table))
    np.testing.assert_array_equal(found, INDEXES)
    assert "the names are used: 2 is water, 10 is Impervious surface" in said[0]


def test_names_that_say_nothing_or_the_same_leave_the_codes(tmp_path):
    path = write(tmp_path / "codes.tif", stored(1, 2, 3, 4, 5, 6), color_table(ISPRS))
    Path(f"{path}.aux.xml").write_text(pam_document(ISPRS))
    np.testing.assert_array_equal(read(path)[0], INDEXES)
    path = with_names(path, {1: "eins", 2: "zwei"})
    found, said = read(path)
    np.testing.assert_array_equal(found, INDEXES)
    assert said == []


def test_what_is_said_counts_more_than_palette_and_names(tmp_path):
    path = write(tmp_path / "zero.tif", stored(*range(6), unknown=9), dict(enumerate(COLORS)))
    said = tuple(f"{value}={5 - value + 1}" for value in range(6))
    found, warned = read(with_names(path, {0: "Building"}), label_values=said)
    np.testing.assert_array_equal(found, np.where(INDEXES == IGNORED, IGNORED, 5 - INDEXES))
    assert warned == []


def test_colors_of_a_data_set_may_be_a_palette(tmp_path):
    palette = {**dict(enumerate(COLORS)), UNUSED: (0, 0, 0, 255)}
    path = write(tmp_path / "tile.tif", stored(*range(6), unknown=UNUSED), palette)
    np.testing.assert_array_equal(read(path, coding="colors")[0], INDEXES)


def painted(dtype=np.uint8):
    colors = np.array([color[:3] for color in COLORS] + [(0, 0, 0)], dtype)
    return colors[np.where(INDEXES == IGNORED, 6, INDEXES)].transpose(2, 0, 1)


def hidden_in(classes):
    """Return classes with the first two columns unknown."""
    kept = classes.copy()
    kept[:, :2] = IGNORED
    return kept


@pytest.mark.parametrize("opacity", [255, 100])
def test_alpha_hides_colors_and_codes(tmp_path, opacity):
    alpha = np.full((1, *INDEXES.shape), opacity, np.uint8)
    alpha[..., :2] = 0
    bands = painted()
    bands[:, 0, 0] = (12, 200, 99)  # hidden, so it need not be a color of the legend
    colors = ("red", "green", "blue", "alpha")
    path = write(tmp_path / "rgba.tif", np.concatenate([bands, alpha]), colors=colors)
    np.testing.assert_array_equal(read(path)[0], hidden_in(INDEXES))
    codes = stored(1, 2, 3, 4, 5, 6)[None]
    path = write(tmp_path / "ca.tif", np.concatenate([codes, alpha]), colors=("gray", "alpha"))
    np.testing.assert_array_equal(read(path)[0], hidden_in(INDEXES))
    found, _ = read(path, label_values=tuple(f"{code}={code}" for code in range(7)[1:]))
    np.testing.assert_array_equal(found, hidden_in(INDEXES))


@pytest.mark.parametrize("placed", [{}, {"crs": None, "transform": None}])
def test_mask_hides_codes(tmp_path, placed):
    path = write(tmp_path / "masked.tif", stored(1, 2, 3, 4, 5, 6), **placed)
    with rasterio.open(path, "r+") as dataset:
        mask = np.full(INDEXES.shape, 255, np.uint8)
        mask[:, :2] = 0
        dataset.write_mask(mask)
    np.testing.assert_array_equal(read(path)[0], hidden_in(INDEXES))


def test_nodata_that_is_a_code_is_unknown_and_told(tmp_path):
    path = write(tmp_path / "codes.tif", stored(1, 2, 3, 4, 5, 6), nodata=2)
    found, said = read(path)
    np.testing.assert_array_equal(found, np.where(INDEXES == 1, IGNORED, INDEXES))
    assert "declare the value 2 as nodata, so pixels that look like Building are unknown" in said[0]
    found, said = read(path, label_values=tuple(f"{code}={code}" for code in range(1, 7)))
    np.testing.assert_array_equal(found, INDEXES)
    assert said == []
    path = write(tmp_path / "255.tif", stored(1, 2, 3, 4, 5, 6, unknown=255), nodata=255)
    assert read(path)[1] == []


def test_nodata_of_colors_hides_pixels_that_have_it_in_all_bands(tmp_path):
    path = write(tmp_path / "white.tif", painted(), nodata=255)
    found, said = read(path)
    np.testing.assert_array_equal(found, np.where(INDEXES == 0, IGNORED, INDEXES))
    assert "look like Impervious surface" in said[0]
    found, said = read(write(tmp_path / "black.tif", painted(), nodata=0))
    np.testing.assert_array_equal(found, INDEXES)
    assert said == []


@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.int32, np.float32, np.float64])
def test_labels_may_be_of_any_type(tmp_path, dtype):
    codes = stored(1, 2, 3, 4, 5, 6).astype(dtype)
    codes[0, 6] = np.nan if np.issubdtype(dtype, np.floating) else 30_000
    np.testing.assert_array_equal(read(write(tmp_path / "codes.tif", codes))[0], INDEXES)
    found, _ = read(write(tmp_path / "colors.tif", painted(dtype)))
    np.testing.assert_array_equal(found, INDEXES)


def test_colors_of_sixteen_bits_are_refused(tmp_path):
    path = write(tmp_path / "deep.tif", painted(np.uint16) * 257)
    with pytest.raises(InputError, match="above 255: save them with 8 bits"):
        read(path)


def test_scale_and_offset_are_applied_to_codes(tmp_path):
    path = write(tmp_path / "scaled.tif", stored(10, 20, 30, 40, 50, 60, unknown=0))
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets = (0.1,), (0.0,)
    np.testing.assert_array_equal(read(path)[0], INDEXES)
    found, _ = read(path, label_values=tuple(f"{code}={code}" for code in range(1, 7)))
    np.testing.assert_array_equal(found, INDEXES)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("crs", [UTM32, "EPSG:25832"])
def test_lattice_half_a_pixel_beside_moves_all_labels_one_way(tmp_path, sign, crs):
    codes = np.tile(np.arange(1, 7, dtype=np.uint8), (300, 50))
    grid = RasterGrid(GRID.crs, NORTH_UP, *codes.shape)
    shifted = NORTH_UP @ NORTH_UP.translation(sign * 0.5, sign * 0.5)
    found, _ = read(write(tmp_path / "half.tif", codes, transform=shifted, crs=crs), grid)
    inner = found[1:-1, 1:-1]
    moves = [np.roll(codes - 1, by, axis=1)[1:-1, 1:-1] for by in (0, -1, 1)]
    assert [np.array_equal(inner, moved) for moved in moves].count(True) == 1


@pytest.mark.parametrize("factor", [2, 5])
def test_finer_and_larger_labels_are_sampled_at_pixel_centers(tmp_path, factor):
    codes = np.random.default_rng(0).integers(1, 7, (100, 140)).astype(np.uint8)
    finer = NORTH_UP @ NORTH_UP.translation(-3, -2) @ NORTH_UP.scale(1 / factor)
    path = write(tmp_path / "fine.tif", codes, transform=finer)
    found, _ = read(path)
    rows, cols = np.arange(2), np.arange(7)
    at = (((rows + 2.5) * factor).astype(int), ((cols + 3.5) * factor).astype(int))
    expected = codes[np.ix_(*at)]
    np.testing.assert_array_equal(found, expected - 1)


def test_labels_that_end_within_the_image_are_unknown_beyond(tmp_path):
    path = write(tmp_path / "small.tif", stored(1, 2, 3, 4, 5, 6)[:1, :4])
    found, _ = read(path)
    np.testing.assert_array_equal(found[0, :4], INDEXES[0, :4])
    assert (found[1] == IGNORED).all()
    assert (found[0, 4:] == IGNORED).all()


def test_world_file_without_a_crs_is_taken_to_be_in_that_of_the_image(tmp_path):
    codes = np.pad(stored(1, 2, 3, 4, 5, 6), 1)
    beside = NORTH_UP @ NORTH_UP.translation(-1, -1)
    found, said = read(write(tmp_path / "larger.tif", codes, crs=None, transform=beside))
    np.testing.assert_array_equal(found, INDEXES)
    assert "no coordinate reference system, so that of the image is assumed" in said[0]


def test_values_outside_the_legend_are_told_with_their_share(tmp_path):
    codes = np.full(INDEXES.shape, 3, np.uint8)
    codes[:, : codes.shape[1] // 4] = 11
    codes[0, 0], codes[0, 1] = 0, 255
    found, said = read(write(tmp_path / "lidar.tif", codes))
    (warning,) = said
    assert "values that are not in the legend, 11 (" in warning
    assert "255" not in warning
    assert (found[codes == 11] == IGNORED).all()
    assert read(write(tmp_path / "named.tif", codes), label_values=("3=tree",))[1] == []
