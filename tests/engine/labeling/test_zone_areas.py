"""Areas by zone equal the counts of their pixels, in whatever windows they are fed."""

from __future__ import annotations

import csv

import numpy as np
import pyogrio
import pytest
import shapely
from orthoscribe.engine.labeling.zone_areas import ZoneAreas, write_zone_table
from orthoscribe.engine.protocol import ISPRS, InputError
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.zones import Zones
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP
from rasterio.crs import CRS

HEIGHT, WIDTH = 90, 120
GRID = RasterGrid(CRS.from_epsg(32632), NORTH_UP, HEIGHT, WIDTH)


def box(row, col, height, width):
    left, top = NORTH_UP @ (col, row)
    right, bottom = NORTH_UP @ (col + width, row + height)
    return shapely.box(left, bottom, right, top)


@pytest.fixture
def path(tmp_path):
    """Write three zones: a town in two parts, an overlapping one, and one beside the grid."""
    shapes = [
        box(0, 0, 40, 30), box(50, 60, 40, 60), box(20, 10, 50, 80), box(200, 200, 10, 10),
    ]  # fmt: skip
    names = np.array(["town", "town", "lake", "far"], object)
    pyogrio.raw.write(
        tmp_path / "zones.gpkg", shapely.to_wkb(np.array(shapes)), [names], ["name"],
        geometry_type="Polygon", crs="EPSG:32632", driver="GPKG",
    )  # fmt: skip
    return str(tmp_path / "zones.gpkg")


@pytest.fixture
def codes():
    return np.random.default_rng(0).integers(0, 7, (HEIGHT, WIDTH), np.uint8)


def areas_of(path, codes, windows, field="name"):
    areas = ZoneAreas(Zones(path, field, GRID), ISPRS, 0.25)
    for window in windows:
        areas.feed(window, codes[window.slices])
    return areas.rows


def pixels(row):
    return [each["pixels"] for each in row["classes"]]


def counts(*parts):
    values = np.concatenate([part.ravel() for part in parts])
    return np.bincount(values, minlength=7)[1:7].tolist()


def test_counts_are_those_of_the_pixels(path, codes):
    town, lake, far = areas_of(path, codes, [Window(0, 0, HEIGHT, WIDTH)])
    assert [row["zone"] for row in (town, lake, far)] == ["town", "lake", "far"]
    assert pixels(town) == counts(codes[:40, :30], codes[50:, 60:])
    assert pixels(lake) == counts(codes[20:70, 10:90])
    assert pixels(far) == [0] * 6
    first = town["classes"][0]
    assert first["area_m2"] == pytest.approx(0.25 * first["pixels"])


def test_counts_do_not_depend_on_windows(path, codes):
    whole = areas_of(path, codes, [Window(0, 0, HEIGHT, WIDTH)])
    pieces = [
        Window(row, col, 32, 50).clip(HEIGHT, WIDTH)
        for row in range(0, HEIGHT, 32)
        for col in range(0, WIDTH, 50)
    ]
    assert areas_of(path, codes, reversed(pieces)) == whole


def test_zones_without_a_field_are_numbered(path, codes):
    rows = areas_of(path, codes, [Window(0, 0, HEIGHT, WIDTH)], field="")
    assert [row["zone"] for row in rows] == ["1", "2", "3", "4"]


def test_missing_field_is_named(path):
    with pytest.raises(InputError, match=r"no field 'nam': choose name"):
        Zones(path, "nam", GRID)


def test_table_has_a_row_for_each_zone_and_class(path, codes, tmp_path):
    rows = areas_of(path, codes, [Window(0, 0, HEIGHT, WIDTH)])
    write_zone_table(tmp_path / "zones.csv", rows)
    with (tmp_path / "zones.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 3 * len(ISPRS.classes)
    assert table[0]["zone"] == "town"
    assert int(table[0]["pixels"]) == rows[0]["classes"][0]["pixels"]
