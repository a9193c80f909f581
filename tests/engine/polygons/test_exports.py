# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies of the vector layers in other formats, read back and compared with the GeoPackage."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from orthoscribe.engine.commands.vectorize import run
from orthoscribe.engine.polygons import exports
from orthoscribe.engine.polygons.layers import FIELDS, LAYERS
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import JobError, OutputError, VectorizeJob

SUFFIXES = {"fgb": {"fgb"}, "shp": {"shp", "shx", "dbf", "prj", "cpg"}}


class Remembering(Reporter):
    def __init__(self):
        super().__init__(Cancellation())
        self.events = []

    def emit(self, event):
        self.events.append(event)


@pytest.fixture
def job(tmp_path):
    codes = np.full((80, 100), 3, np.uint8)
    codes[30:44, :] = 1
    codes[34:38, 40:48] = 5
    codes[4:20, 8:30] = 2
    codes[50:70, 50:90] = 2
    path = tmp_path / "classes.tif"
    profile = {"driver": "GTiff", "width": 100, "height": 80, "count": 1, "dtype": "uint8"}
    where = rasterio.transform.from_origin(500_000, 5_400_000, 0.5, 0.5)
    with rasterio.open(path, "w", **profile, crs="EPSG:25832", transform=where) as raster:
        raster.write(codes, 1)
    return VectorizeJob(classes=str(path), output=str(tmp_path / "out"))


def read(path, layer=None):
    about, _, geometries, columns = pyogrio.raw.read(path, layer=layer)
    order = np.argsort(columns[list(about["fields"]).index("id")])
    columns = [column[order] for column in columns]
    return about, shapely.from_wkb(geometries)[order], columns


def is_same(left, right):
    if left.dtype.kind == "f":
        return np.allclose(left, right, equal_nan=True, rtol=1e-9)
    return left.tolist() == right.tolist()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_copies_hold_the_same_features_as_the_geopackage(job, suffix):
    reporter = Remembering()
    run(replace(job, vector_format=suffix, draw_land_cover=True), reporter)
    output = Path(job.output)
    wanted = set(LAYERS) - {"car_points"}
    assert {path.name for path in (output / "polygons").iterdir()} == {
        f"{name}.{each}" for name in wanted for each in SUFFIXES[suffix]
    }
    found = 0
    for name in wanted:
        about, geometries, columns = read(output / "polygons.gpkg", name)
        other, copies, values = read(output / "polygons" / f"{name}.{suffix}")
        assert rasterio.crs.CRS.from_user_input(other["crs"]).to_epsg() == 25832
        assert other["geometry_type"] == about["geometry_type"]
        longest = 10 if suffix == "shp" else None
        assert list(other["fields"]) == [field[:longest] for field in about["fields"]]
        assert shapely.equals(shapely.normalize(copies), shapely.normalize(geometries)).all()
        assert all(map(is_same, values, columns))
        found += len(copies)
    assert found > 5
    told = [event.message for event in reporter.events if event.kind == "log"]
    assert exports.FORMATS[suffix].limits in told


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_report_records_the_copies_and_a_second_run_replaces_them(job, suffix):
    job = replace(job, vector_format=suffix)
    digests = []
    for date_s in (1_700_000_000, 1_700_000_000):
        os.utime(job.classes, (date_s, date_s))
        run(job, Remembering())
        paths = sorted((Path(job.output) / "polygons").iterdir())
        digests.append({path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths})
    assert digests[0] == digests[1]
    outputs = json.loads((Path(job.output) / "report.json").read_text())["outputs"]
    recorded = {entry["path"]: entry["sha256"] for entry in outputs.values()}
    assert all(recorded[str(path)] == digest for path, digest in digests[1].items())


def test_an_edited_copy_is_kept(job):
    job = replace(job, vector_format="fgb")
    run(job, Remembering())
    mine = Path(job.output) / "polygons" / "buildings.fgb"
    mine.write_bytes(b"mine")
    run(job, Remembering())
    assert mine.read_bytes() == b"mine"
    assert len(read(mine.with_name("buildings_2.fgb"))[1]) == 2


def test_an_edited_table_of_a_shapefile_keeps_its_shapes(job):
    job = replace(job, vector_format="shp")
    run(job, Remembering())
    folder = Path(job.output) / "polygons"
    for number in (2, 3):
        latest = folder / f"buildings{'' if number == 2 else '_2'}.dbf"
        latest.write_bytes(latest.read_bytes().replace(b"building", b"old barn"))
        before = {path: path.read_bytes() for path in folder.glob(f"{latest.stem}.*")}
        reporter = Remembering()
        run(job, reporter)
        assert {path: path.read_bytes() for path in before} == before
        about, geometries, _ = read(folder / f"buildings_{number}.shp")
        assert len(geometries) == 2
        assert "class" in about["fields"]
        assert {path.suffix[1:] for path in folder.glob(f"buildings_{number}.*")} == SUFFIXES["shp"]


def test_no_copies_are_written_unless_wanted(job):
    run(job, Remembering())
    assert not (Path(job.output) / "polygons").exists()


def test_a_missing_driver_is_refused_before_the_run(job, monkeypatch):
    monkeypatch.setattr(pyogrio, "list_drivers", lambda: {"GPKG": "rw", "Parquet": "r"})
    with pytest.raises(OutputError, match="without GeoParquet"):
        run(replace(job, vector_format="parquet"), Remembering())
    assert not Path(job.output).exists()


@pytest.mark.skipif("w" not in (pyogrio.list_drivers().get("Parquet") or ""), reason="no driver")
def test_parquet_is_read_back(job):
    run(replace(job, vector_format="parquet"), Remembering())
    assert len(read(Path(job.output) / "polygons" / "buildings.parquet")[1]) == 2


def test_an_unknown_format_is_refused(job):
    with pytest.raises(JobError, match="vector_format"):
        replace(job, vector_format="kml")


def test_short_names_of_fields_are_unique():
    for fields in FIELDS.values():
        short = {name[: exports.LONGEST_DBF_NAME] for name in fields}
        assert len(short) == len(fields)


def test_the_folder_never_takes_the_name_of_the_geopackage(job):
    job = replace(job, vector_format="fgb")
    paths = exports.export_paths(Path("results/town"), job)
    assert paths["polygons_cars"] == Path("results/town_layers/cars.fgb")
