# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole benchmark on a small scene, and the speed of its methods."""

import numpy as np
import pytest
import rasterio
from orthoscribe.engine.bench.vectors.__main__ import main
from orthoscribe.engine.bench.vectors.child import METHODS
from orthoscribe.engine.bench.vectors.scene_files import SceneGroup, find_or_make_scene

FLAGS = ["--gsds", "0.2", "--surveys", "lidar", "--seeds", "7", "--truth", "--coarse-px", "512"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("vectors")


def test_table_of_true_labels(folder, capsys):
    main([*FLAGS, "--folder", str(folder)])
    printed = capsys.readouterr().out
    assert "### 0.2 m, lidar, true class raster" in printed
    (row,) = [line for line in printed.splitlines() if line.startswith("| 0.2 m, lidar, true")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    clean, iou_pixels, iou = int(cells[1]), float(cells[2]), float(cells[3])
    assert clean >= 3
    assert 0.9 < iou_pixels < 1  # pixels of true labels are close, but never exact
    assert iou > 0.9


def test_scenes_are_kept(folder):
    group = SceneGroup(0.2, "lidar", is_truth=True)
    scene = find_or_make_scene(folder, group, 7, 512, "none")
    written_s = scene.classes.stat().st_mtime
    find_or_make_scene(folder, group, 7, 512, "none")
    assert scene.classes.stat().st_mtime == written_s


@pytest.mark.parametrize("name", METHODS)
def test_every_method_traces_the_same_raster(name, tmp_path):
    codes = np.full((80, 80), 3, np.uint8)
    codes[20:60, 20:60] = 2
    profile = {"driver": "GTiff", "width": 80, "height": 80, "count": 1, "dtype": "uint8"}
    profile |= {"crs": "EPSG:25832", "transform": rasterio.transform.from_origin(5e5, 5e6, 1, 1)}
    with rasterio.open(tmp_path / "classes.tif", "w", **profile) as raster:
        raster.write(codes, 1)
    METHODS[name](tmp_path / "classes.tif", tmp_path / "out")
    assert (tmp_path / "out" / "polygons.gpkg").exists() == name.endswith("written")
