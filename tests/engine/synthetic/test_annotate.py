# SPDX-License-Identifier: GPL-2.0-or-later
import time

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from orthoscribe.engine.synthetic import annotate, plan_scene
from orthoscribe.engine.synthetic.annotate import cut_ground, write_annotations
from orthoscribe.engine.synthetic.codes import BUILDING, IMPERVIOUS, LOW_VEGETATION
from orthoscribe.engine.synthetic.scene import paint_scene
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import write_raster
from rasterio import features
from scipy.ndimage import label

CELL_PX = 70


@pytest.fixture(scope="module")
def labels():
    plan = plan_scene(3, 150, 260, 0.4)
    return paint_scene(plan, plan.whole).labels


@pytest.fixture(params=[500, 1])
def written(labels, tmp_path, monkeypatch, request):
    monkeypatch.setattr(annotate, "CUT_PX", CELL_PX)
    monkeypatch.setattr(annotate, "BATCH_CORNERS", request.param)  # many batches
    raster = write_raster(tmp_path / "labels.tif", labels)
    shares = []
    write_annotations(tmp_path / "annotations.gpkg", raster, shares.append)
    _, _, polygons, (codes,) = pyogrio.raw.read(tmp_path / "annotations.gpkg", columns=["code"])
    assert shares[0] == 0
    return raster, shapely.from_wkb(polygons), codes


def test_annotations_of_many_cells_and_batches_burn_back(written, labels):
    raster, polygons, codes = written
    with rasterio.open(raster) as dataset:
        burnt = features.rasterize(
            zip(polygons, codes.tolist(), strict=True), dataset.shape, transform=dataset.transform
        )
    np.testing.assert_array_equal(burnt, labels)
    assert shapely.is_valid(polygons).all()
    assert shapely.area(polygons).sum() == pytest.approx(labels.size * 0.25)  # of the raster


def test_ground_is_cut_and_houses_are_not(written, labels):
    _, polygons, codes = written
    ground = polygons[np.isin(codes, (IMPERVIOUS, LOW_VEGETATION))]
    left, bottom, right, top = shapely.bounds(ground).T
    assert max((right - left).max(), (top - bottom).max()) <= CELL_PX * 0.5
    assert (codes == BUILDING).sum() == label(labels == BUILDING)[1]


def test_cells_lie_still_whatever_the_strip(labels, monkeypatch):
    monkeypatch.setattr(annotate, "CUT_PX", CELL_PX)
    whole = cut_ground(labels, Window(0, 0, *labels.shape))
    assert len(np.unique(whole)) > len(np.unique(labels))
    part = Window(33, 0, 60, labels.shape[1])
    np.testing.assert_array_equal(cut_ground(labels[part.slices], part), whole[part.slices])


@pytest.mark.parametrize("batch_corners", [1_000_000, 1])
def test_annotations_of_another_day_are_the_same_file(labels, tmp_path, monkeypatch, batch_corners):
    monkeypatch.setattr(annotate, "BATCH_CORNERS", batch_corners)
    raster = write_raster(tmp_path / "labels.tif", labels)
    files = []
    for name in ("today", "tomorrow"):
        write_annotations(tmp_path / f"{name}.gpkg", raster, lambda _: None)
        files.append((tmp_path / f"{name}.gpkg").read_bytes())
        time.sleep(0.01)  # GeoPackages count milliseconds
    assert files[0] == files[1]
