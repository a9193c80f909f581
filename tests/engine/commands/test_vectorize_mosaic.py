"""Class rasters of many files are vectorized as if they were one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from affine import Affine
from orthoscribe.engine.commands.vectorize import run
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import InputError, OutputError, VectorizeJob
from orthoscribe.tests.scenes import NORTH_UP, write_raster

EDGE_PX = 90


class Silent(Reporter):
    def __init__(self):
        super().__init__(Cancellation())

    def emit(self, event):
        pass


def rasters():
    """Return codes with buildings across the edges of tiles, confidence and heights."""
    codes = np.full((200, 180), 3, np.uint8)
    codes[60:130, 70:120] = codes[20:50, 20:70] = 2
    codes[140:160, :] = 1
    percents = np.random.default_rng(2).integers(30, 101, codes.shape).astype(np.uint8)
    return {"classes": codes, "confidence": percents, "dsm": codes.astype(np.float32) * 3}


@pytest.fixture
def folder(tmp_path):
    """Write each raster whole, and as tiles in a folder."""
    for name, values in rasters().items():
        write_raster(tmp_path / f"{name}.tif", values)
        (tmp_path / name).mkdir()
        for row in range(0, values.shape[0], EDGE_PX):
            for col in range(0, values.shape[1], EDGE_PX):
                part = values[row : row + EDGE_PX, col : col + EDGE_PX]
                place = NORTH_UP @ Affine.translation(col, row)
                write_raster(tmp_path / name / f"{row}_{col}.tif", part, transform=place)
    return tmp_path


def layers_of(folder, output, suffix):
    paths = {name: str(folder / f"{name}{suffix}") for name in rasters()}
    run(VectorizeJob(output=str(output), heights="ndsm", draw_land_cover=True, **paths), Silent())
    path = output / "polygons.gpkg"
    found = {}
    for name, _ in pyogrio.list_layers(path):
        about, _, geometries, values = pyogrio.raw.read(path, layer=name)
        fields = dict(zip(about["fields"], values, strict=True))
        kept = {key: each for key, each in fields.items() if key not in ("source", "run_id")}
        found[name] = geometries, kept
    return found


def test_tiles_give_the_features_of_the_whole(folder, tmp_path):
    whole = layers_of(folder, tmp_path / "one", ".tif")
    tiles = layers_of(folder, tmp_path / "many", "")
    assert len(whole["buildings"][0]) == 2
    assert list(tiles) == list(whole)
    for name, (geometries, fields) in whole.items():
        assert np.array_equal(geometries, tiles[name][0]), name
        for key, values in fields.items():
            np.testing.assert_array_equal(values, tiles[name][1][key], err_msg=key)
    report = json.loads((tmp_path / "many" / "report.json").read_text())
    assert report["inputs"]["classes"]["files"] == 6
    assert report["inputs"]["classes"]["path"] == str(folder / "classes")


def test_missing_tile_is_a_gap(folder, tmp_path):
    (folder / "classes" / "90_90.tif").unlink()
    layers = layers_of(folder, tmp_path / "many", "")
    assert layers["buildings"][1]["touches_nodata"].any()


def test_tiles_of_another_size_of_pixels_are_named(folder, tmp_path):
    coarse = NORTH_UP @ Affine.translation(90, 90) @ Affine.scale(2)
    write_raster(folder / "classes" / "90_90.tif", rasters()["classes"][:9, :9], transform=coarse)
    with pytest.raises(InputError, match="90_90"):
        layers_of(folder, tmp_path / "many", "")


def test_output_among_the_tiles_is_refused(folder):
    with pytest.raises(OutputError, match="holds the files of the mosaic"):
        layers_of(folder, Path(folder / "classes"), "")
