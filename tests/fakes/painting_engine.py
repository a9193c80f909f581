# SPDX-License-Identifier: GPL-2.0-or-later
"""A stand-in for the engine that leaves real files: half the image is building, half is tree.

    python painting_engine.py [--beside] [--record FILE]

It needs GDAL's Python, which is wherever QGIS is, and no torch.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()

BUILDING, TREE = 2, 4
POLYGON_ROLES = ("buildings", "roads", "cars")


def say(kind, **values):
    sys.stdout.write(json.dumps({"kind": kind, **values}) + "\n")
    sys.stdout.flush()


def paint_classes(image, path, extent=None):
    if Path(image).is_dir():
        image = str(min(Path(image).iterdir()))
    source = gdal.Open(image)
    width, height = source.RasterXSize, source.RasterYSize
    raster = gdal.GetDriverByName("GTiff").Create(str(path), width, height, 1, gdal.GDT_Byte)
    raster.SetGeoTransform(source.GetGeoTransform())
    raster.SetProjection(source.GetProjection())
    codes = np.full((height, width), TREE, np.uint8)
    codes[:, : width // 2] = BUILDING
    if extent:
        x, step, _, y, _, down = source.GetGeoTransform()
        columns = [round((each - x) / step) for each in (extent[0], extent[2])]
        rows = [round((each - y) / down) for each in (extent[3], extent[1])]
        outside = np.ones_like(codes, bool)
        outside[slice(*rows), slice(*columns)] = False
        codes[outside] = 0
    raster.GetRasterBand(1).WriteArray(codes)
    raster.GetRasterBand(1).SetNoDataValue(0)


def draw_polygons(raster, path):
    source = gdal.Open(str(raster))
    x, step, _, y, _, down = source.GetGeoTransform()
    right, bottom = x + step * source.RasterXSize / 2, y + down * source.RasterYSize
    file = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    crs = osr.SpatialReference(wkt=source.GetProjection())
    for role in POLYGON_ROLES:
        layer = file.CreateLayer(role, crs, ogr.wkbPolygon)
        layer.CreateField(ogr.FieldDefn("class", ogr.OFTString))
        for name in ("area_m2", "perimeter_m", "confidence"):
            layer.CreateField(ogr.FieldDefn(name, ogr.OFTReal))
        layer.CreateField(ogr.FieldDefn("status", ogr.OFTString))
        if role != "buildings":
            continue
        ring = f"{x} {y}, {right} {y}, {right} {bottom}, {x} {bottom}, {x} {y}"
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({ring}))"))
        feature.SetField("area_m2", abs((right - x) * (y - bottom)))
        feature.SetField("confidence", 61.0)
        layer.CreateFeature(feature)


def run_label(job, options):
    folder = Path(job["output"])
    folder.mkdir(parents=True, exist_ok=True)
    classes = Path(job["classes"] or folder / "classes.tif")
    if options.beside:  # as the engine does where somebody holds the file open
        classes = classes.with_name(f"{classes.stem}_2{classes.suffix}")
    paint_classes(job["image"], classes, job["extent"])
    say("artifact", role="classes", path=str(classes))
    if job["confidence"]:
        paint_classes(job["image"], job["confidence"])
        say("artifact", role="confidence", path=job["confidence"])
    if job["draw_polygons"]:
        polygons = job["polygons"] or folder / "polygons.gpkg"
        draw_polygons(classes, polygons)
        say("artifact", role="polygons", path=str(polygons))
    say("metric", name="building_area_m2", value=1234.5)
    say("metric", name="image_gsd_m", value=0.5)
    leave_job(job, folder)


def run_vectorize(job, options):
    folder = Path(job["output"])
    folder.mkdir(parents=True, exist_ok=True)
    polygons = job["polygons"] or folder / "polygons.gpkg"
    draw_polygons(job["classes"], polygons)
    say("artifact", role="polygons", path=str(polygons))
    leave_job(job, folder)


def run_scene(job, options):
    folder = Path(job["output"])
    folder.mkdir(parents=True, exist_ok=True)
    for role in ("image", "dsm", "dtm", "labels"):
        say("artifact", role=role, path=str(folder / f"{role}.tif"))
    say("artifact", role="annotations", path=str(folder / "annotations.gpkg"))


def run_evaluate(job, options):
    folder = Path(job["output"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text("<html></html>")
    say("artifact", role="page", path=str(folder / "report.html"))
    say("metric", name="overall_accuracy", value=0.875)
    say("metric", name="f1_building", value=0.5)
    leave_job(job, folder)


def run_compare(job, options):
    folder = Path(job["output"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "comparison.csv").write_text("name\n")
    say("artifact", role="table", path=str(folder / "comparison.csv"))
    leave_job(job, folder)


def run_train(job, options):
    folder = Path(job["output"])
    folder.mkdir(parents=True, exist_ok=True)
    leave_job(job, folder)


def run_finetune(job, options):
    folder = Path(job["output"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text("<html></html>")
    say("artifact", role="page", path=str(folder / "report.html"))
    (folder / "job.json").write_text(json.dumps(job))
    say("artifact", role="job", path=str(folder / "job.json"))
    finetuning = {"verdict": "green", "sentence": "Better: it is.", "reasons": ["It rises."]}
    (folder / "report.json").write_text(json.dumps({"finetuning": finetuning}))
    say("artifact", role="report", path=str(folder / "report.json"))


def leave_job(job, folder):
    for role in ("job", "report"):
        path = folder / f"{role}.json"
        path.write_text(json.dumps(job))
        say("artifact", role=role, path=str(path))


RECIPES = {
    "label": run_label,
    "vectorize": run_vectorize,
    "scene": run_scene,
    "evaluate": run_evaluate,
    "compare": run_compare,
    "train": run_train,
    "finetune": run_finetune,
}


def main(options):
    say("hello", protocol=1, engine="painted", torch="none", device="cpu", pid=1)
    for line in sys.stdin:
        job = json.loads(line)
        if job["kind"] == "cancel":
            continue
        if options.record:
            with Path(options.record).open("a") as notes:
                notes.write(line)
        say("progress", fraction=0.5, stage="labeling")
        RECIPES[job["kind"]](job, options)
        say("finished", elapsed_s=0.1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--beside", action="store_true", help="write the classes under a new name")
    parser.add_argument("--record", help="append job lines to this file")
    main(parser.parse_args())
