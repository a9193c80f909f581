# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from orthoscribe.engine.commands.scene import run
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import (
    ISPRS,
    Artifact,
    JobCanceled,
    Progress,
    SceneJob,
    job_from_json,
)
from orthoscribe.engine.synthetic import files, make_scene, paint_scene, plan_scene
from orthoscribe.engine.synthetic.files import needed_bytes
from rasterio import features


class ListeningReporter(Reporter):
    def __init__(self, stop_at=2.0):
        super().__init__(Cancellation())
        self.events = []
        self.stop_at = stop_at

    def emit(self, event):
        self.events.append(event)
        if isinstance(event, Progress) and event.fraction >= self.stop_at:
            self.cancellation.request()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    reporter = ListeningReporter()
    run(SceneJob(output=str(folder), seed=7, size_px=200, gsd_m=0.25), reporter)
    return folder, reporter


def test_scene_job_announces_its_files_and_leaves_nothing_else(written):
    folder, reporter = written
    artifacts = {e.role: e.path for e in reporter.events if isinstance(e, Artifact)}
    assert set(artifacts) == {
        "image", "dsm", "dtm", "labels", "annotations", "truth", "job", "report",
    }  # fmt: skip
    assert sorted(path.name for path in folder.iterdir()) == [
        "annotations.gpkg", "dsm.tif", "dtm.tif", "image.tif", "job.json", "labels.qml",
        "labels.tif", "labels.tif.aux.xml", "report.json", "truth.gpkg",
    ]  # fmt: skip


def test_rasters_share_one_metric_grid(written):
    folder, _ = written
    grids = set()
    for name in ("image", "dsm", "dtm", "labels"):
        with rasterio.open(folder / f"{name}.tif") as dataset:
            grids.add((dataset.crs.to_epsg(), dataset.transform, dataset.shape))
            assert dataset.profile["tiled"]
    ((epsg, transform, shape),) = grids
    assert epsg == 25832
    assert (transform.a, transform.e) == (0.25, -0.25)
    assert shape == (200, 200)


def test_rasters_hold_the_scene(written):
    folder, _ = written
    scene = make_scene(7, 200, 0.25)
    with rasterio.open(folder / "image.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(), scene.image)
        assert dataset.descriptions == ("Near infrared", "Red", "Green")
    with rasterio.open(folder / "dsm.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(1), scene.dsm)
        assert dataset.nodata == -9999
    with rasterio.open(folder / "labels.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(1), scene.labels)
        for land_class in ISPRS.classes:
            assert dataset.colormap(1)[land_class.code][:3] == land_class.color


def test_annotations_burn_back_to_the_labels(written):
    folder, _ = written
    _, _, polygons, (codes,) = pyogrio.raw.read(folder / "annotations.gpkg", columns=["code"])
    with rasterio.open(folder / "labels.tif") as dataset:
        shapes = zip(shapely.from_wkb(polygons), codes.tolist(), strict=True)
        burnt = features.rasterize(shapes, dataset.shape, transform=dataset.transform)
        np.testing.assert_array_equal(burnt, dataset.read(1))


def test_scene_of_many_chunks_is_the_scene_in_one_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "CHUNK_PX", 100)
    job = SceneJob(output=str(tmp_path), seed=4, width_px=250, height_px=130, gsd_m=0.3)
    run(job, ListeningReporter())
    plan = plan_scene(4, 130, 250, 0.3)
    scene = paint_scene(plan, plan.whole)
    for name in ("image", "dsm", "dtm", "labels"):
        with rasterio.open(tmp_path / f"{name}.tif") as dataset:
            values = dataset.read().astype(float)
        np.testing.assert_allclose(values.squeeze(), getattr(scene, name), atol=1e-3)


def test_scene_is_canceled_between_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "CHUNK_PX", 64)
    reporter = ListeningReporter(stop_at=0.2)
    with pytest.raises(JobCanceled):
        run(SceneJob(output=str(tmp_path / "new"), width_px=320, size_px=64), reporter)
    assert max(event.fraction for event in reporter.events) < 0.4
    assert list(tmp_path.iterdir()) == []


def test_canceled_scene_leaves_nothing(tmp_path):
    reporter = ListeningReporter(stop_at=0.7)
    with pytest.raises(JobCanceled):
        run(SceneJob(output=str(tmp_path / "new"), seed=1, size_px=64), reporter)
    assert list(tmp_path.iterdir()) == []


def test_saved_job_repeats_the_scene_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(SceneJob(output="new", seed=1, size_px=64), ListeningReporter())
    saved = job_from_json((tmp_path / "new" / "job.json").read_text())
    assert saved == SceneJob(output=str(tmp_path / "new"), seed=1, size_px=64)


EMPTY_GEOPACKAGES = 250_000  # bytes


@pytest.mark.parametrize(("gsd_m", "bit_depth"), [(0.1, 8), (0.3, 16), (1.0, 8)])
def test_files_take_about_the_space_that_was_told(tmp_path, gsd_m, bit_depth):
    for seed in (1, 2, 3):  # two towns and open country, whose borders are fewer
        folder = tmp_path / str(seed)
        job = SceneJob(str(folder), seed=seed, size_px=400, gsd_m=gsd_m, bit_depth=bit_depth)
        run(job, ListeningReporter())
        taken = sum(path.stat().st_size for path in folder.iterdir()) - EMPTY_GEOPACKAGES
        # Smooth heights take less than rough ones.
        assert 0.65 < needed_bytes(400, 400, gsd_m, bit_depth) / taken < 1.8
