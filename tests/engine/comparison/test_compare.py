# SPDX-License-Identifier: GPL-2.0-or-later
"""The compare command on a generated scene: the table, reruns, refusals, nothing half done."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
import rasterio
import rasterio.features as features
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.comparison.split import extent_of
from orthoscribe.engine.datasets.split import cut_at
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import (
    ISPRS,
    CompareJob,
    InputError,
    JobCanceled,
    JobError,
    Log,
    ModelError,
    Progress,
    SceneJob,
)
from orthoscribe.engine.raster.opening import grid_of, open_raster
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP, write_raster


class Recorder(Reporter):
    """Keeps events; asks to stop when a stage begins with `stop_at`."""

    def __init__(self, stop_at="never"):
        super().__init__(Cancellation())
        self.events, self.stop_at = [], stop_at

    def emit(self, event):
        self.events.append(event)
        if isinstance(event, Progress) and event.stage.startswith(self.stop_at):
            self.cancellation.request()

    def logs(self, level):
        return [
            each.message for each in self.events if isinstance(each, Log) and each.level == level
        ]


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    run_job(SceneJob(output=str(folder), seed=7, size_px=200, gsd_m=0.2), Recorder())
    return folder


@pytest.fixture
def job(scene, tmp_path):
    return CompareJob(
        image=str(scene / "image.tif"),
        labels=str(scene / "labels.tif"),
        output=str(tmp_path / "out"),
        dsm=str(scene / "dsm.tif"),
        dtm=str(scene / "dtm.tif"),
        architectures=("maggiori_fcn", "default"),
        test_fraction=0.3,
        steps=3,
        patches=2,
        patch_px=64,
        width="1/4",
        threads=1,
    )


MEASURED = ("peak_memory_mb", "mpx_per_s")  # of this run, not of the network


def tiled(path, folder):
    """Write a raster as two tiles, and return their folder."""
    folder.mkdir()
    with rasterio.open(path) as raster:
        values, place = raster.read(), raster.transform
    for left in (0, 120):
        part = values[:, :, left : left + 120]
        moved = place @ rasterio.Affine.translation(left, 0)
        write_raster(folder / f"{left}.tif", part, transform=moved)
    return str(folder)


def test_image_and_heights_of_many_files_give_the_same_scores(job, scene, tmp_path):
    one = replace(job, architectures=("default",))
    many = {name: tiled(getattr(job, name), tmp_path / name) for name in ("image", "dsm", "dtm")}
    rows = []
    for number, each in enumerate((one, replace(one, **many))):
        output = tmp_path / f"out{number}"
        run_job(replace(each, output=str(output)), Recorder())
        (row,) = csv.DictReader((output / "comparison.csv").read_text().splitlines())
        rows.append({name: value for name, value in row.items() if name not in MEASURED})
    assert rows[0] == rows[1]
    report = json.loads((tmp_path / "out1" / "report.json").read_text())
    assert report["inputs"]["image"]["files"] == 2


def test_comparison_ranks_a_trained_model_above_three_steps_of_training(job, tmp_path):
    reporter = Recorder()
    run_job(job, reporter)
    with (tmp_path / "out" / "comparison.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["default", "maggiori_fcn"]
    assert [row["trained_here"] for row in rows] == ["False", "True"]
    assert float(rows[0]["overall_accuracy"]) > 0.8 > float(rows[1]["overall_accuracy"])
    assert all(float(row["mpx_per_s"]) > 0 and int(row["peak_memory_mb"]) > 50 for row in rows)
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["networks"][0]["f1_building"] == pytest.approx(float(rows[0]["f1_building"]))
    shares, table, caveat = reporter.logs("info")
    assert shares.startswith("The labels cover 100.0% of the image: impervious surface ")
    assert "does not reproduce their papers" in caveat
    table = table.splitlines()
    assert [line.split()[0] for line in table[1:]] == ["default", "maggiori_fcn"]


def test_scores_are_those_of_the_labels_left_behind(job, scene, tmp_path):
    run_job(replace(job, architectures=("default",)), Recorder())
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    with rasterio.open(tmp_path / "out" / "default.tif") as found:
        labels = found.read(1)
    with rasterio.open(scene / "labels.tif") as dataset:
        truth = dataset.read(1)[:, 140:]
    held_out = {"side": "right", "row": 0, "col": 140, "height": 200, "width": 60}
    assert report["held_out"] == held_out
    assert labels.shape == truth.shape == (200, 60)
    known = truth > 0
    right = (labels == truth)[known].mean()
    assert report["networks"][0]["overall_accuracy"] == pytest.approx(right, abs=1e-4)


def test_class_in_the_middle_is_scored_in_blocks(job, tmp_path):
    labels = np.ones((200, 200), np.uint8)
    labels[90:138, 70:138] = 2  # in no side of 30 %
    with rasterio.open(job.labels) as dataset:
        place = {"crs": dataset.crs.to_string(), "transform": dataset.transform}
    path = write_raster(tmp_path / "middle.tif", labels, **place)
    run_job(replace(job, architectures=("default",), labels=str(path)), Recorder())
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    held_out = report["held_out"]
    assert held_out["side"] == "blocks"
    scored = np.zeros(labels.shape, bool)
    for block in held_out["blocks"]:
        scored[Window(**block).slices] = True
    assert 0.2 < scored.mean() < 0.6
    assert 100 <= (labels[scored] == 2).sum() <= (labels == 2).sum() - 100
    found = np.zeros_like(labels)
    with rasterio.open(tmp_path / "out" / "default.tif") as dataset:
        bounds = Window(*(held_out[name] for name in Window._fields))
        found[bounds.slices] = dataset.read(1)
    right = (labels == found)[scored].mean()
    assert report["networks"][0]["overall_accuracy"] == pytest.approx(right, abs=1e-4)


def test_trained_model_can_be_entered_as_it_is(job, tmp_path):
    run_job(replace(job, architectures=("maggiori_fcn",)), Recorder())
    model = str(tmp_path / "out" / "models" / "maggiori_fcn")
    again = replace(job, architectures=(model,), output=str(tmp_path / "again"))
    run_job(again, Recorder())
    first, second = (
        json.loads((tmp_path / name / "report.json").read_text(encoding="utf-8"))["networks"][0]
        for name in ("out", "again")
    )
    assert second["trained_here"] is False
    assert second["mean_f1"] == first["mean_f1"]


@pytest.mark.parametrize("stage", ["Training", "Labeling"])
def test_canceled_comparison_leaves_nothing(job, tmp_path, stage):
    with pytest.raises(JobCanceled):
        run_job(replace(job, architectures=("maggiori_fcn",)), Recorder(stop_at=stage))
    assert not (tmp_path / "out").exists()


def test_architecture_that_wants_other_weights_says_so(job):
    reporter = Recorder(stop_at="Training")
    with pytest.raises(JobCanceled):
        run_job(replace(job, architectures=("yk_frontend",), width="1/16"), reporter)
    assert any("VGG-16" in each for each in reporter.logs("warning"))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"architectures": ()}, "No architectures"),
        ({"architectures": ("maggiori_fnc",)}, "maggiori_fnc"),
        ({"architectures": ("maggiori_fcn", "maggiori_fcn")}, "twice"),
        ({"architectures": ("default", "models/default")}, "twice"),
        ({"architectures": ("maggiory_skip",)}, "Did you mean 'maggiori_skip'"),
        ({"labels": ""}, "No labels"),
    ],
)
def test_job_that_cannot_run_says_why(job, changes, word):
    with pytest.raises(JobError, match=word):
        run_job(replace(job, **changes), Recorder())


def test_patch_larger_than_the_training_part_is_refused(job):
    with pytest.raises(InputError, match="140 x 200 px"):
        run_job(replace(job, patch_px=256), Recorder())


def test_labels_of_another_place_are_refused(job, tmp_path):
    far = NORTH_UP @ NORTH_UP.translation(90_000, 0)
    labels = write_raster(tmp_path / "far.tif", np.ones((20, 20), np.uint8), transform=far)
    with pytest.raises(InputError, match="where the image lies"):
        run_job(replace(job, labels=labels), Recorder())


def test_split_covers_the_scene_once_and_its_extent_is_exact(tmp_path):
    split = cut_at(6, 10, "right", 0.3)
    assert split == ("right", Window(0, 0, 6, 7), (Window(0, 7, 6, 3),))
    image = write_raster(tmp_path / "image.tif", np.zeros((3, 6, 10), np.uint8))
    with open_raster(image, "image") as dataset:
        bounds = dataset.bounds
        extent = extent_of(grid_of(dataset, "image"), split.bounds)
    assert extent == (bounds.left + 3.5, bounds.bottom, bounds.right, bounds.top)


def test_means_are_over_the_classes_of_the_truth_alone(job, tmp_path):
    labels = np.ones((200, 200), np.uint8)
    labels[:, ::2] = 2
    with rasterio.open(job.labels) as dataset:
        place = {"crs": dataset.crs.to_string(), "transform": dataset.transform}
    path = write_raster(tmp_path / "two.tif", labels, **place)
    run_job(replace(job, labels=path, architectures=("default",)), Recorder())
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    found = report["networks"][0]
    assert found["f1_tree"] is None
    expected = (found["f1_impervious_surface"] + found["f1_building"]) / 2
    assert found["mean_f1"] == pytest.approx(expected, abs=1e-4)


def test_model_with_layers_that_know_nothing_is_refused(job, tmp_path):
    run_job(replace(job, architectures=("maggiori_fcn",)), Recorder())
    card = tmp_path / "out" / "models" / "maggiori_fcn" / "model.json"
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace('"untrained": []', '"untrained": ["score"]'), encoding="utf-8")
    with pytest.raises(ModelError, match="never trained"):
        run_job(replace(job, architectures=(str(card.parent),)), Recorder())


def test_labels_with_values_of_their_own_give_the_same_scores(job, scene, tmp_path):
    moved, said = recoded(scene / "labels.tif", tmp_path / "moved.tif")
    entered = replace(job, architectures=("default",))
    run_job(entered, Recorder())
    plain = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    again = replace(entered, labels=str(moved), label_values=said, output=str(tmp_path / "again"))
    run_job(again, Recorder())
    found = json.loads((tmp_path / "again" / "report.json").read_text(encoding="utf-8"))
    accuracies = [each["networks"][0]["overall_accuracy"] for each in (plain, found)]
    assert accuracies[0] == accuracies[1]


def test_polygons_with_a_class_field_are_ground_truth(job, scene, tmp_path):
    shapes = tmp_path / "drawn.geojson"
    with rasterio.open(scene / "labels.tif") as dataset:
        found = [
            (each, str(ISPRS.classes[ISPRS.codes.index(int(code))].name))
            for each, code in features.shapes(dataset.read(1), transform=dataset.transform)
            if code in ISPRS.codes
        ]
        crs = {"type": "name", "properties": {"name": dataset.crs.to_string()}}
    drawn = [
        {"type": "Feature", "geometry": each, "properties": {"kind": name}} for each, name in found
    ]
    shapes.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": drawn}))
    entered = replace(job, architectures=("default",))
    reports = []
    for changes in ({}, {"labels": str(shapes), "class_field": "kind"}):
        run_job(replace(entered, **changes), Recorder())
        reports.append(json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8")))
    accuracies = [each["networks"][0]["overall_accuracy"] for each in reports]
    assert accuracies[0] == accuracies[1]


def recoded(source, path):
    """Write labels with other codes; return their path and what these mean."""
    with rasterio.open(source) as dataset:
        codes, profile = dataset.read(), dataset.profile
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(np.where(codes == 0, 0, codes + 100).astype(np.uint8))
    return path, tuple(f"{one.code + 100}={one.name}" for one in ISPRS.classes)
