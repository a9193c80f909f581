# SPDX-License-Identifier: GPL-2.0-or-later
"""The reader of polygons: layers, broken and strange geometries, other coordinate systems."""

from __future__ import annotations

import doctest
import warnings

import numpy as np
import pyogrio
import pytest
import shapely
from orthoscribe.engine.protocol import InputError
from orthoscribe.engine.raster import vector_source
from orthoscribe.engine.raster.area import find_area
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.polygons_file import read_polygons
from orthoscribe.tests.scenes import NORTH_UP, UTM32
from rasterio.crs import CRS
from rasterio.warp import transform

GRID = RasterGrid(CRS.from_string(UTM32), NORTH_UP, 100, 120)
X, Y = NORTH_UP.c, NORTH_UP.f
NAN = float("nan")


def square(col, row, edge=10):
    return shapely.box(X + col, Y - row - edge, X + col + edge, Y - row)


def write(path, geometries, *, layer=None, kind="Unknown", crs=UTM32, **fields):
    wkb = [each if each is None or isinstance(each, bytes) else shapely.to_wkb(each)
           for each in geometries]  # fmt: skip
    values = fields or {"number": np.arange(len(wkb))}
    pyogrio.raw.write(
        path, np.array(wkb, object), [np.array(each) for each in values.values()], list(values),
        layer=layer or path.stem, geometry_type=kind, crs=crs, driver="GPKG",
        append=path.exists(),
    )  # fmt: skip
    return str(path)


def area_m2(path):
    return shapely.area(read_polygons(path, "area", GRID).shapes).sum()


def test_bow_tie_keeps_both_halves(tmp_path):
    corners = [(X, Y), (X + 20, Y - 20), (X + 20, Y), (X, Y - 20)]  # its signed area is zero
    path = write(tmp_path / "bow.gpkg", [shapely.Polygon(corners)])
    found = read_polygons(path, "area", GRID)
    assert shapely.area(found.shapes).sum() == pytest.approx(200)
    assert found.remarks == ()


def test_all_layers_count_unless_one_is_named_and_nothing_is_said_on_stderr(tmp_path):
    path = tmp_path / "area.gpkg"
    write(path, [square(0, 0)], layer="west", kind="Polygon")
    write(path, [square(20, 0)], layer="east", kind="MultiPolygon")
    write(path, [shapely.Point(X, Y)], layer="trees", kind="Point")
    write(path, [shapely.LineString([(X, Y), (X + 9, Y)])], layer="roads", kind="LineString")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert area_m2(str(path)) == pytest.approx(200)
        assert area_m2(f"{path}|layername=east") == pytest.approx(100)
        assert area_m2(f"{path}|layername=EAST") == pytest.approx(100)
        assert area_m2(f'{path}|layername=east|subset="number" > 0') == 0
        assert find_area(GRID, None, f"{path}|layerid=1").window[1:] == (40, 20, 20)
    with pytest.raises(InputError, match=r"no polygon in the layer 'trees' of the area"):
        area_m2(f"{path}|layername=trees")
    with pytest.raises(InputError, match="no layer '9', but west, east"):
        area_m2(f"{path}|layerid=9")
    with pytest.raises(InputError, match="no layer 'north', but west, east"):
        area_m2(f"{path}|layername=north")


@pytest.mark.filterwarnings("ignore:invalid value")
def test_what_is_no_area_is_left_out_and_counted(tmp_path):
    broken = [
        None,
        shapely.Polygon(),
        shapely.Polygon([(X, Y), (NAN, Y), (X + 1, Y - 1)]),
        shapely.Polygon([(X, Y), (float("inf"), Y), (X + 1, Y - 1)]),
        shapely.Point(X, Y),
        shapely.LineString([(X, Y), (X + 1, Y)]),
        shapely.Polygon([(X, Y), (X + 1, Y), (X + 2, Y)]),
        square(0, 0),
    ]
    found = read_polygons(write(tmp_path / "mixed.gpkg", broken), "area", GRID)
    assert shapely.area(found.shapes).sum() == pytest.approx(100)
    assert found.values == [None]
    (remark,) = found.remarks
    assert remark.endswith(
        "were left out: 2 without a geometry, 2 with NaN or infinite coordinates, "
        "2 that are points or lines, 1 whose area is zero."
    )


def test_only_broken_polygons_are_refused_with_the_reason(tmp_path):
    path = write(tmp_path / "none.gpkg", [None, shapely.Point(X, Y)])
    with pytest.raises(InputError, match=r"holds no polygon.*1 without a geometry"):
        find_area(GRID, None, path)


def test_areas_in_collections_heights_and_curves_count(tmp_path):
    inner = shapely.GeometryCollection([square(20, 0), shapely.Point(X, Y)])
    high = shapely.force_3d(square(40, 0), 300.0)
    geometries = [shapely.GeometryCollection([square(0, 0), inner]), high]
    assert area_m2(write(tmp_path / "odd.gpkg", geometries)) == pytest.approx(300)
    ring = f"{X} {Y - 10} {X + 10} {Y} {X + 20} {Y - 10} {X + 10} {Y - 20} {X} {Y - 10}"
    (tmp_path / "curve.gml").write_text(
        '<c:Curves xmlns:c="http://example.org" xmlns:gml="http://www.opengis.net/gml/3.2">'
        '<gml:featureMember><c:curve gml:id="c.1"><c:shape>'
        f'<gml:Polygon gml:id="g.1" srsName="{UTM32}"><gml:exterior><gml:Ring><gml:curveMember>'
        f'<gml:Curve gml:id="k.1"><gml:segments><gml:ArcString><gml:posList>{ring}</gml:posList>'
        "</gml:ArcString></gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior>"
        "</gml:Polygon></c:shape></c:curve></gml:featureMember></c:Curves>"
    )
    assert area_m2(str(tmp_path / "curve.gml")) == pytest.approx(np.pi * 100, rel=0.01)


def test_parts_that_overlap_are_all_inside(tmp_path):
    both = shapely.MultiPolygon([square(0, 0, 20), square(5, 5, 20)])
    area = find_area(GRID, None, write(tmp_path / "over.gpkg", [both]))
    assert area.mask(area.window).sum() == 4 * (400 + 400 - 225)


def in_degrees(geometry):
    return shapely.transform(
        geometry, lambda xy: np.stack(transform(GRID.crs, "EPSG:4326", *xy.T)[:2], axis=1)
    )


def test_each_layer_has_its_own_crs(tmp_path):
    path = tmp_path / "two.gpkg"
    write(path, [square(0, 0)], layer="meters")
    write(path, [in_degrees(square(20, 0))], layer="degrees", crs="EPSG:4326")
    assert area_m2(str(path)) == pytest.approx(200, rel=1e-3)


def test_polygon_of_a_whole_country_follows_its_parallel(tmp_path):
    """An edge along a parallel is bent in UTM, by kilometers in its middle."""
    lon, lat = (each[0] for each in transform(GRID.crs, "EPSG:4326", [X + 30], [Y - 25]))
    country = shapely.box(lon - 6, lat, lon + 6, lat + 8)  # its lower edge is in the image
    found = read_polygons(write(tmp_path / "wide.gpkg", [country], crs="EPSG:4326"), "area", GRID)
    assert len(found.shapes) == 1
    inside = shapely.contains_xy(found.shapes[0], [X + 30, X + 30], [Y - 24.9, Y - 25.1])
    assert inside.tolist() == [True, False]
    world = write(tmp_path / "world.gpkg", [shapely.box(-180, -90, 180, 90)], crs="EPSG:4326")
    area = find_area(GRID, None, world)
    mask = area.mask(area.window)
    assert area.window == (0, 0, 100, 120)
    assert mask is None or mask.all()


def test_crs_that_has_no_place_on_earth_is_refused(tmp_path):
    local = 'LOCAL_CS["site",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'
    path = write(tmp_path / "site.gpkg", [square(0, 0)], crs=local)
    with pytest.raises(InputError, match=r"site\.gpkg has a CRS that cannot be converted"):
        read_polygons(path, "labels", GRID)


def test_polygons_far_away_are_no_fault_but_the_area_is(tmp_path):
    path = write(tmp_path / "far.gpkg", [square(90_000, 0), square(0, 0)])
    found = read_polygons(path, "labels", GRID, lambda _, fields: fields[0])
    assert (found.values, found.everywhere) == ([1], [0, 1])
    path = write(tmp_path / "further.gpkg", [square(90_000, 0)])
    with pytest.raises(InputError, match="outside the image"):
        find_area(GRID, None, path)


def test_paths_of_qgis_are_understood():
    assert doctest.testmod(vector_source).failed == 0
