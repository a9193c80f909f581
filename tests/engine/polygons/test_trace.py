# SPDX-License-Identifier: GPL-2.0-or-later
"""All vector layers of a synthetic town, from its true labels to the GeoPackage."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from orthoscribe.engine.commands.vectorize import run
from orthoscribe.engine.polygons import source
from orthoscribe.engine.polygons.buildings.outline import STATUSES
from orthoscribe.engine.polygons.layers import FIELDS
from orthoscribe.engine.process.reporter import SilentReporter
from orthoscribe.engine.protocol import AREA_LAYERS, ISPRS, POLYGON_LAYERS, VectorizeJob
from orthoscribe.engine.raster.sidecars import color_table
from orthoscribe.engine.synthetic import conditions_of, make_scene
from orthoscribe.engine.synthetic.layouts import TOWN
from orthoscribe.tests.scenes import write_raster

GSD_M, SIZE_PX = 0.25, 420
FAR = rasterio.transform.from_origin(612_345.0, 5_432_100.0, GSD_M, GSD_M)


@pytest.fixture(scope="module")
def scene():
    return make_scene(11, SIZE_PX, GSD_M, conditions_of(11), TOWN)


@pytest.fixture(scope="module")
def job(scene, tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    heights = scene.dsm - scene.dtm
    codes = scene.labels.copy()
    codes[:30, :30] = 0
    percents = np.random.default_rng(1).integers(40, 101, codes.shape).astype(np.uint8)
    paths = {}
    for name, values in (("classes", codes), ("confidence", percents), ("ndsm", heights)):
        path = folder / f"{name}.tif"
        paths[name] = write_raster(path, values, crs="EPSG:25832", transform=FAR)
    return VectorizeJob(
        classes=paths["classes"],
        confidence=paths["confidence"],
        dsm=paths["ndsm"],
        heights="ndsm",
        output=str(folder / "out"),
        draw_land_cover=True,
        draw_car_points=True,
    )


@pytest.fixture(scope="module")
def written(job):
    run(job, SilentReporter())
    return layers_of(f"{job.output}/polygons.gpkg")


def layers_of(path):
    found = {}
    for layer in POLYGON_LAYERS:
        about, _, geometries, values = pyogrio.raw.read(path, layer=layer.name)
        fields = dict(zip(about["fields"], values, strict=True))
        found[layer.name] = shapely.from_wkb(geometries), fields
    return found


def test_every_layer_has_its_fields_and_valid_geometries(written):
    for layer in POLYGON_LAYERS:
        geometries, fields = written[layer.name]
        assert len(geometries) > 0
        assert shapely.is_valid(geometries).all()
        assert {each.geom_type for each in geometries} == {layer.geometry}
        assert list(fields) == list(FIELDS[layer.name])


def test_land_cover_is_a_coverage_of_all_labeled_pixels(written, scene):
    polygons, fields = written["land_cover"]
    assert shapely.coverage_is_valid(polygons)
    labeled_m2 = (SIZE_PX**2 - 30 * 30) * GSD_M**2
    # The border of missing data may be simplified, but nothing is lost elsewhere.
    assert shapely.area(polygons).sum() == pytest.approx(labeled_m2, abs=0.5)
    union = shapely.union_all(polygons)
    assert union.area == pytest.approx(shapely.area(polygons).sum(), rel=1e-9)
    assert set(fields["class"]) <= {one.name for one in ISPRS.classes}


def test_buildings_roads_and_paved_ground_do_not_overlap(written):
    polygons = np.concatenate([written[name][0] for name in ("buildings", "roads", "paved")])
    assert shapely.coverage_is_valid(polygons)


@pytest.mark.parametrize("seed", [13, 14])
def test_no_feature_is_smaller_than_its_minimum(seed, tmp_path):
    rough = replace(conditions_of(seed), label_noise_m=0.6)
    codes = make_scene(seed, 300, GSD_M, rough, TOWN).labels
    classes = write_raster(tmp_path / "classes.tif", codes, transform=FAR)
    job = VectorizeJob(classes=classes, output=str(tmp_path / "out"))
    run(job, SilentReporter())
    path = tmp_path / "out" / "polygons.gpkg"
    for layer in AREA_LAYERS:
        outlines = shapely.from_wkb(pyogrio.raw.read(path, layer=layer.name)[2])
        assert shapely.area(outlines).min() >= getattr(job, layer.minimum)


def test_buildings_have_right_angles_and_say_how_they_were_made(written):
    polygons, fields = written["buildings"]
    assert set(fields["status"]) <= set(STATUSES)
    fitted = polygons[fields["status"] == "fit"]
    assert len(fitted) >= 0.5 * len(polygons)
    assert np.median(shapely.get_num_coordinates(fitted)) < 20
    assert (fields["iou_raw"] > 0.5).all()
    assert fields["height_mean_m"][fields["area_m2"] > 50].min() > 2


def test_measures_are_those_of_the_delivered_outline(written):
    polygons, fields = written["buildings"]
    np.testing.assert_allclose(fields["area_m2"], shapely.area(polygons), rtol=1e-3)
    np.testing.assert_allclose(fields["perimeter_m"], shapely.length(polygons), rtol=1e-3)


def test_cars_are_rectangles_of_their_sizes(written):
    cars, fields = written["cars"]
    assert (shapely.get_num_coordinates(cars) == 5).all()
    np.testing.assert_allclose(
        shapely.area(cars), fields["length_m"] * fields["width_m"], rtol=0.02
    )
    assert set(fields["kind"]) <= {"car", "van", "truck"}
    points, _ = written["car_points"]
    assert shapely.contains(cars, points).all()


def test_lengths_of_center_lines_are_summed_and_areas_of_polygons(written, job):
    _, fields = written["road_centerlines"]
    totals = json.loads(Path(job.output, "report.json").read_text())["polygons"]
    assert totals["road_centerlines"] == {
        "features": len(fields["length_m"]),
        "length_m": pytest.approx(fields["length_m"].sum(), abs=1e-3),
    }
    assert totals["roads"]["area_m2"] == pytest.approx(written["roads"][1]["area_m2"].sum())
    assert set(totals["car_points"]) == {"features"}


def test_center_lines_share_their_ends(written):
    lines, fields = written["road_centerlines"]
    np.testing.assert_allclose(fields["length_m"], shapely.length(lines), rtol=0.02)
    assert (fields["width_m"] > 2).all()
    ends = shapely.points(np.unique(shapely.get_coordinates(shapely.boundary(lines)), axis=0))
    one, other = shapely.STRtree(ends).query(ends, predicate="dwithin", distance=0.5)
    assert (one == other).all()  # ends that are close are the same


def test_borders_of_the_data_are_marked(written):
    for name in ("roads", "paved", "buildings"):
        polygons, fields = written[name]
        west = shapely.bounds(polygons)[:, 0] <= FAR.c + 1e-6
        assert fields["touches_edge"][west].all()
    _, land_cover = written["land_cover"]
    assert land_cover["touches_nodata"].any()
    assert not land_cover["touches_nodata"].all()


def test_features_carry_their_run_and_source(written, job):
    _, fields = written["buildings"]
    assert set(fields["source"]) == {"classes.tif"}
    (run_id,) = set(fields["run_id"])
    assert len(run_id) == 12


def test_default_styles_are_saved_for_every_layer(written, job):
    with closing(sqlite3.connect(f"{job.output}/polygons.gpkg")) as file:
        rows = file.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles")
        styles = {name: (qml, is_default) for name, qml, is_default in rows}
    assert set(styles) == {layer.name for layer in POLYGON_LAYERS}
    assert all(is_default for _, is_default in styles.values())
    assert "Height, 95th percentile (m)" in styles["buildings"][0]


def test_result_does_not_depend_on_the_strips(written, job, tmp_path, monkeypatch):
    monkeypatch.setattr(source, "STRIP_PX", 37 * SIZE_PX)
    run(replace(job, output=str(tmp_path)), SilentReporter())
    for name, (geometries, fields) in layers_of(tmp_path / "polygons.gpkg").items():
        before, fields_before = written[name]
        assert shapely.to_wkb(geometries).tolist() == shapely.to_wkb(before).tolist()
        for field, values in fields.items():
            np.testing.assert_array_equal(values, fields_before[field])


def test_simplified_outlines_are_a_coverage_too(job, tmp_path):
    run(replace(job, output=str(tmp_path), outlines="simplified"), SilentReporter())
    layers = layers_of(tmp_path / "polygons.gpkg")
    assert shapely.coverage_is_valid(layers["land_cover"][0])
    assert set(layers["buildings"][1]["status"]) == {"simplified"}


@pytest.mark.parametrize("codes", [[[2]], [[5]], [[1]], [[0]], [[2, 5], [1, 4]]])
def test_rasters_of_few_pixels(tmp_path, codes):
    values = np.array(codes, np.uint8)
    path = tmp_path / "tiny.tif"
    profile = {"driver": "GTiff", "width": values.shape[1], "height": values.shape[0], "count": 1}
    profile |= {"dtype": "uint8", "crs": "EPSG:25832", "transform": FAR}
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(values, 1)
        raster.write_colormap(1, color_table(ISPRS))
    run(VectorizeJob(classes=str(path), output=str(tmp_path / "out")), SilentReporter())
    assert (tmp_path / "out" / "polygons.gpkg").exists()
