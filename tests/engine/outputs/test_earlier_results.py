# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user changed is never replaced unasked, and what nobody changed makes way."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import warnings
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from orthoscribe.engine.outputs.content import content_digest
from orthoscribe.engine.outputs.staging import Staging
from orthoscribe.engine.polygons.geopackage import PolygonFile
from orthoscribe.engine.protocol import ISPRS
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.writer import ClassWriter, ConfidenceWriter
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP, UTM32
from rasterio.crs import CRS

FILES = {
    "classes": "classes.tif",
    "polygons": "polygons.gpkg",
    "job": "job.json",
    "report": "report.json",
}
ALWAYS = ("classes.tif", "job.json", "polygons.gpkg", "report.json")
REPORT = {"kind": "label", "seconds": {}, "versions": {}, "inputs": {}}
GRID = RasterGrid(CRS.from_string(UTM32), NORTH_UP, 300, 300)


def run(folder, version="1", named=(), files=FILES):
    """Leave results as a job would; return the warnings."""
    finals = {role: folder / name for role, name in files.items()}
    with Staging(folder) as staging:
        staged = {
            role: staging.aside(path, is_named=role in named) for role, path in finals.items()
        }
        if "classes" in staged:
            with ClassWriter(staged["classes"], GRID, ISPRS) as writer:
                writer.write(Window(0, 0, 300, 300), np.full((300, 300), int(version), np.uint8))
        if "polygons" in staged:
            PolygonFile(staged["polygons"], UTM32, float(version)).finish()
        if "job" in staged:
            staged["job"].write_text(json.dumps({"kind": "label", "seed": version}))
        if "report" in staged:
            staged["report"].write_text(json.dumps({**REPORT, "run": version}))
        return staging.publish(finals).warnings


def names(folder):
    return sorted(
        path.name for path in folder.iterdir() if not path.name.endswith((".qml", ".xml"))
    )


def read(path):
    return json.loads(path.read_text())


def edit_polygons(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE mine (note TEXT)")
        database.execute("INSERT INTO mine VALUES ('hand-edited')")
        database.commit()


def test_report_records_every_result_and_its_sidecars(tmp_path):
    run(tmp_path)
    outputs = read(tmp_path / "report.json")["outputs"]
    assert set(outputs) == {*FILES, "classes.qml", "classes.tif.aux.xml"}
    for role, entry in outputs.items():
        assert os.path.exists(entry["path"])  # noqa: PTH110
        assert role == "report" or entry["bytes"] == os.path.getsize(entry["path"])  # noqa: PTH202
    assert len(outputs["polygons"]["content_sha256"]) == 64


def test_results_nobody_changed_are_replaced_again_and_again(tmp_path):
    for version in "123":
        assert run(tmp_path, version) == ()
        assert names(tmp_path) == list(ALWAYS)
    assert read(tmp_path / "report.json")["run"] == "3"


def test_results_of_a_folder_that_was_moved_are_still_known(tmp_path):
    run(tmp_path / "old")
    shutil.move(tmp_path / "old", tmp_path / "new")
    assert run(tmp_path / "new", "2") == ()
    assert names(tmp_path / "new") == list(ALWAYS)


def test_edited_polygons_are_spared_and_the_new_ones_do_not_pile_up(tmp_path):
    run(tmp_path)
    edit_polygons(tmp_path / "polygons.gpkg")
    mine = (tmp_path / "polygons.gpkg").read_bytes()
    for version in "234":
        said = run(tmp_path, version)
        assert said == (
            "polygons.gpkg was changed after it was written, so the new result is polygons_2.gpkg.",
        )
        assert names(tmp_path) == sorted([*ALWAYS, "polygons_2.gpkg"])
    assert (tmp_path / "polygons.gpkg").read_bytes() == mine
    edit_polygons(tmp_path / "polygons_2.gpkg")
    run(tmp_path, "5")
    assert names(tmp_path) == sorted([*ALWAYS, "polygons_2.gpkg", "polygons_3.gpkg"])


def test_edited_polygons_are_spared_even_where_the_job_names_them(tmp_path):
    run(tmp_path)
    edit_polygons(tmp_path / "polygons.gpkg")
    assert "polygons_2.gpkg" in run(tmp_path, "2", named=["polygons"])[0]


def test_result_is_known_after_a_run_that_left_it_alone(tmp_path):
    run(tmp_path)
    without = {role: name for role, name in FILES.items() if role != "polygons"}
    assert run(tmp_path, "2", files=without) == ()
    assert run(tmp_path, "3") == ()
    assert names(tmp_path) == list(ALWAYS)


@pytest.mark.parametrize("name", ["classes.tif", "polygons.gpkg"])
def test_foreign_file_is_spared_unless_the_job_names_it(tmp_path, name):
    (tmp_path / name).write_text("mine")
    role = next(role for role, each in FILES.items() if each == name)
    stem, suffix = name.split(".")
    for _ in range(2):
        said = run(tmp_path)
        assert said == (
            f"{name} was not written by Orthoscribe, so the new result is {stem}_2.{suffix}.",
        )
        assert (tmp_path / name).read_text() == "mine"
        assert names(tmp_path) == sorted([*ALWAYS, f"{stem}_2.{suffix}"])
    assert run(tmp_path, named=[role]) == ()
    assert (tmp_path / name).read_bytes() != b"mine"


@pytest.mark.parametrize("foreign", ["job.json", "report.json"])
def test_job_and_report_stay_together(tmp_path, foreign):
    (tmp_path / foreign).write_text('{"project": "mine"}')
    for version in "12":
        said = run(tmp_path, version)
        assert f"{foreign} was not written by Orthoscribe" in said[0]
        assert len(said) == 1
        assert read(tmp_path / "job_2.json")["seed"] == version
        assert read(tmp_path / "report_2.json")["run"] == version
        others = [name for name in ALWAYS if not name.endswith(".json")]
        assert names(tmp_path) == sorted([*others, foreign, "job_2.json", "report_2.json"])


def test_partner_of_a_changed_file_stays_with_it(tmp_path):
    run(tmp_path)
    (tmp_path / "report.json").write_text(
        (tmp_path / "report.json").read_text().replace('"run": "1"', '"run": "mine"')
    )
    said = run(tmp_path, "2")
    assert "report.json was changed after it was written" in said[1]
    assert said[0].startswith("job.json is kept, and job_2.json belongs")
    assert read(tmp_path / "job.json")["seed"] == "1"


def test_json_that_only_looks_different_is_not_changed(tmp_path):
    run(tmp_path)
    for name in ("job.json", "report.json"):
        values = read(tmp_path / name)
        (tmp_path / name).write_text(json.dumps(values, indent=8, sort_keys=True))
    assert run(tmp_path, "2") == ()


def test_edited_job_that_is_what_was_run_may_be_replaced(tmp_path):
    run(tmp_path)
    (tmp_path / "job.json").write_text('{"seed":   "7", "kind": "label"}')
    assert run(tmp_path, "7") == ()
    assert names(tmp_path) == list(ALWAYS)


def test_model_keeps_weights_and_card_together(tmp_path):
    (tmp_path / "model.json").write_text("{}")
    finals = {role: tmp_path / f"{role}.json" for role in ("weights", "model")}
    finals = {"weights": tmp_path / "weights.safetensors", "card": tmp_path / "model.json"}
    with Staging(tmp_path) as staging:
        for final in finals.values():
            staging.aside(final).write_text("new")
        staging.publish(finals)
    assert names(tmp_path) == ["model.json", "model_2.json", "weights_2.safetensors"]


def test_results_of_a_version_without_records_are_spared_in_true_words(tmp_path):
    run(tmp_path)
    report = read(tmp_path / "report.json")
    del report["outputs"]
    (tmp_path / "report.json").write_text(json.dumps(report))
    edit_polygons(tmp_path / "polygons.gpkg")
    said = run(tmp_path, "2")
    assert "polygons_2.gpkg" in names(tmp_path)
    assert all("Orthoscribe" not in each for each in said)
    assert any("polygons.gpkg was written by an earlier version" in each for each in said)


@pytest.mark.parametrize("name", ["classes.qml", "classes.tif.aux.xml"])
def test_style_that_a_user_saved_is_kept(tmp_path, name):
    run(tmp_path)
    (tmp_path / name).write_text("<mine/>")
    for version in "23":
        assert run(tmp_path, version) == (
            f"{name} is kept, because it was changed after it was written; the new one was not "
            "written.",
        )
        assert (tmp_path / name).read_text() == "<mine/>"
    with rasterio.open(tmp_path / "classes.tif") as dataset:
        assert dataset.read(1).max() == 3


def test_foreign_style_is_kept_where_there_was_no_raster(tmp_path):
    (tmp_path / "classes.qml").write_text("<mine/>")
    assert "was not written by Orthoscribe" in run(tmp_path)[0]
    assert (tmp_path / "classes.qml").read_text() == "<mine/>"


def compute_statistics(path):
    """Do what QGIS does to choose a stretch: GDAL saves them beside the raster."""
    with rasterio.open(path) as dataset, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.statistics(1)


def test_statistics_that_gdal_adds_are_no_change(tmp_path):
    run(tmp_path)
    sidecar = tmp_path / "classes.tif.aux.xml"
    before = sidecar.read_text()
    compute_statistics(tmp_path / "classes.tif")
    assert "STATISTICS_MEAN" in sidecar.read_text()
    assert run(tmp_path) == ()
    assert sidecar.read_text() == before


def test_statistics_of_pixels_that_are_replaced_go_with_them(tmp_path):
    path = tmp_path / "confidence.tif"
    for value in (3, 4):
        with Staging(tmp_path) as staging:
            staged = staging.aside(path, is_named=True)
            with ConfidenceWriter(staged, GRID) as writer:
                writer.write(Window(0, 0, 300, 300), np.full((300, 300), value, np.uint8))
            assert staging.publish({"confidence": path}).warnings == ()
        assert names(tmp_path) == ["confidence.tif"]
        assert not (tmp_path / "confidence.tif.aux.xml").exists()
        compute_statistics(path)
        assert (tmp_path / "confidence.tif.aux.xml").exists()


def polygon_file(path):
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapely.box([0, 5], [0, 5], [1, 6], [1, 6])),
        [np.array([1.5, np.nan]), np.array(["a", "b"], object)],
        ["height", "name"],
        layer="buildings",
        driver="GPKG",
        geometry_type="Polygon",
        crs=UTM32,
    )
    return path


def change(path, *statements):
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_geopackage_that_is_only_opened_has_not_changed(tmp_path):
    path = polygon_file(tmp_path / "a # 100 % ü?.gpkg")
    before, content = path.read_bytes(), content_digest(path)
    change(
        path,
        "PRAGMA journal_mode=WAL",
        "UPDATE gpkg_contents SET last_change = '2026-01-01T00:00:00Z'",
        "UPDATE gpkg_ogr_contents SET feature_count = NULL",
    )
    assert path.read_bytes() != before
    assert content_digest(path) == content
    assert sorted(each.name for each in tmp_path.iterdir()) == [path.name]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE buildings SET name = 'c' WHERE fid = 2",
        "UPDATE buildings SET height = 1.25 WHERE fid = 1",
        "DELETE FROM buildings WHERE fid = 1",
        "ALTER TABLE buildings ADD COLUMN note TEXT",
        "CREATE TABLE layer_styles (styleQML TEXT)",
        "UPDATE gpkg_contents SET description = 'mine'",
    ],
)
def test_geopackage_that_was_edited_has_changed(tmp_path, statement):
    path = polygon_file(tmp_path / "a.gpkg")
    content = content_digest(path)
    # SpatiaLite's functions are not there, so the triggers of the index must go first.
    with closing(sqlite3.connect(path)) as database:
        triggers = database.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall()
    change(path, *(f'DROP TRIGGER "{name}"' for (name,) in triggers))
    assert content_digest(path) == content
    change(path, statement)
    assert content_digest(path) != content


@pytest.mark.parametrize(
    "text", ["", "[" * 100_000, "[]", '{"outputs": 7}', '{"outputs": {"a": 1}}']
)
def test_odd_files_beside_the_results_do_no_harm(tmp_path, text):
    (tmp_path / "odd.json").write_text(text)
    assert run(tmp_path) == ()
    assert run(tmp_path, "2") == ()
