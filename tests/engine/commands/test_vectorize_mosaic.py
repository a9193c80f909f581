# SPDX-License-Identifier: GPL-2.0-or-later
import json

import numpy as np
import pyogrio
import pytest
import rasterio
from affine import Affine
from orthoscribe.engine.commands.vectorize import run
from orthoscribe.engine.process.reporter import SilentReporter
from orthoscribe.engine.protocol import InputError, OutputError, VectorizeJob

GSD_M = 0.5
EDGE_PX = 32


def write_tile(path, values, row, col):
    transform = Affine(GSD_M, 0, 500000 + col * GSD_M, 0, -GSD_M, 5400000 - row * GSD_M)
    height, width = values.shape
    profile = {"driver": "GTiff", "count": 1, "dtype": values.dtype, "crs": "EPSG:25832"}
    with rasterio.open(
        path, "w", width=width, height=height, transform=transform, **profile
    ) as dataset:
        dataset.write(values, 1)


def write_tiles(folder, values):
    folder.mkdir()
    for row in range(0, values.shape[0], EDGE_PX):
        for col in range(0, values.shape[1], EDGE_PX):
            part = values[row : row + EDGE_PX, col : col + EDGE_PX]
            write_tile(folder / f"{row:03d}_{col:03d}.tif", part, row, col)
    return folder


@pytest.fixture
def codes():
    """Return a lawn with a building across the borders of tiles, and a street."""
    values = np.full((80, 100), 3, np.uint8)
    values[20:50, 25:70] = 2
    values[60:68] = 1
    return values


def outlines(path):
    """Return outlines and attributes of each layer, without those that name the source."""
    found = {}
    for name in ("buildings", "roads", "paved"):
        meta, _, wkb, columns = pyogrio.raw.read(path, layer=name)
        texts = (each.astype(str).tolist() for each in columns)  # equal NaN have equal texts
        fields = dict(zip(meta["fields"], texts, strict=True))
        own = {key: values for key, values in fields.items() if key not in ("run_id", "source")}
        found[name] = (wkb.tolist(), own)
    return found


def test_tiles_give_the_polygons_of_the_whole_raster(tmp_path, codes):
    heights = np.where(codes == 2, 6.0, 0.0).astype(np.float32)
    write_tile(tmp_path / "classes.tif", codes, 0, 0)
    write_tile(tmp_path / "heights.tif", heights, 0, 0)
    whole = VectorizeJob(
        classes=str(tmp_path / "classes.tif"),
        dsm=str(tmp_path / "heights.tif"),
        heights="ndsm",
        output=str(tmp_path / "whole"),
    )
    tiled = VectorizeJob(
        classes=str(write_tiles(tmp_path / "tiles", codes) / "*.tif"),
        dsm=str(write_tiles(tmp_path / "dsm", heights)),
        heights="ndsm",
        output=str(tmp_path / "tiled"),
    )
    for job in (whole, tiled):
        run(job, SilentReporter())
    expected, found = (outlines(tmp_path / name / "polygons.gpkg") for name in ("whole", "tiled"))
    assert len(expected["buildings"][0]) == 1
    assert found == expected
    report = json.loads((tmp_path / "tiled" / "report.json").read_text())
    assert report["inputs"]["classes"]["files"] == 12
    assert json.loads((tmp_path / "tiled" / "job.json").read_text())["classes"] == tiled.classes


def test_gap_between_tiles_gets_no_polygon(tmp_path, codes):
    folder = write_tiles(tmp_path / "tiles", np.full_like(codes, 1))
    (folder / "032_032.tif").unlink()
    run(VectorizeJob(classes=str(folder), output=str(tmp_path / "out")), SilentReporter())
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    area_m2 = sum(report["polygons"][name]["area_m2"] for name in ("roads", "paved"))
    assert area_m2 == pytest.approx((codes.size - EDGE_PX**2) * GSD_M**2)


def test_tile_that_does_not_fit_is_named(tmp_path, codes):
    folder = write_tiles(tmp_path / "tiles", codes)
    write_tile(folder / "032_032.tif", codes.astype(np.int16), 32, 32)
    with pytest.raises(InputError, match=r"032_032\.tif"):
        run(VectorizeJob(classes=str(folder), output=str(tmp_path / "out")), SilentReporter())


def test_results_are_not_written_among_the_tiles(tmp_path, codes):
    folder = write_tiles(tmp_path / "tiles", codes)
    with pytest.raises(OutputError, match="choose another output folder"):
        run(VectorizeJob(classes=str(folder), output=str(folder)), SilentReporter())
