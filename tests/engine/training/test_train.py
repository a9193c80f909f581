# SPDX-License-Identifier: GPL-2.0-or-later
"""The train command on a small scene: what it leaves, what it learns, and what it refuses."""

from __future__ import annotations

import csv
import json
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
import rasterio
import torch
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.engine.outputs.report import sha256_of
from orthoscribe.engine.outputs.staging import Staging
from orthoscribe.engine.protocol import (
    Artifact,
    CompareJob,
    EngineError,
    InputError,
    JobCanceled,
    JobError,
    LabelJob,
    Log,
    Metric,
    Progress,
    job_from_json,
    library_models,
)
from orthoscribe.tests.training_scene import Listener, small_job, write_training_scene

LEFT = {"job.json", "logs", "model.json", "report.json", "weights.safetensors"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    return write_training_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def trained(scene, tmp_path_factory):
    """Return the folder of a model that has learned something, and what was said meanwhile."""
    folder = tmp_path_factory.mktemp("models") / "squares"
    listener = Listener()
    run_job(
        small_job(scene, folder, steps=60, learning_rate=0.02, seed=7, title="Squares"), listener
    )
    return folder, listener


def report_of(folder):
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def same_weights(one, other):
    return sha256_of(one / "weights.safetensors") == sha256_of(other / "weights.safetensors")


def test_training_leaves_a_model_and_its_records(trained):
    folder, listener = trained
    assert {path.name for path in folder.iterdir()} == LEFT
    roles = [event.role for event in listener.said(Artifact)]
    assert roles == ["weights", "job", "report", "card"]
    assert job_from_json((folder / "job.json").read_text(encoding="utf-8")).seed == 7
    card = load_bundle(folder).card
    assert (card.name, card.title, card.options) == ("squares", "Squares", {"width": "1/8"})
    assert card.roles == ("nir", "red", "green", "height")
    assert card.gsd_range_m == (0.5, 0.5)
    assert card.provenance["seed"] == "7"
    assert card.provenance["patches"] == "2 in a step, 48 x 48 px"
    assert "modern" in card.provenance["recipe"]


def test_training_by_name_adds_a_model_to_the_library_once(scene, tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    job = replace(small_job(scene, tmp_path, steps=2), output="", name="My town")
    run_job(job, Listener())
    (model,) = [each for each in library_models() if not each.is_bundled]
    assert model.folder == tmp_path / "models" / "My town"
    assert (model.title, model.lineage) == ("My town", "trained from scratch")
    assert model.date == model.card.provenance["date"]
    with pytest.raises(JobError, match="already a model 'My town'"):
        run_job(job, Listener())


def test_training_learns_and_says_so(trained):
    folder, listener = trained
    curve = report_of(folder)["curve"]
    assert [entry["step"] for entry in curve] == [20, 40, 60]
    assert curve[-1]["loss"] < 0.7 * curve[0]["loss"]
    scores = load_bundle(folder).card.scores
    assert scores["overall_accuracy"] > 0.7
    assert scores == report_of(folder)["scores"]
    names = {event.name for event in listener.said(Metric)}
    assert {"loss", "learning_rate", "validation_mean_f1", "mean_f1"} <= names
    fractions = [event.fraction for event in listener.said(Progress)]
    assert fractions == sorted(fractions)


def test_curve_of_the_training_is_a_table(trained):
    folder, _ = trained
    with (folder / "logs" / "curve.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == list(range(1, 61))
    assert float(rows[-1]["loss"]) < 0.7 * float(rows[0]["loss"])
    reported = report_of(folder)["curve"]
    scored = [row for row in rows if row["validation_mean_f1"]]
    for row, entry in zip(scored, reported, strict=True):
        assert int(row["step"]) == entry["step"]
        assert float(row["learning_rate"]) == pytest.approx(entry["learning_rate"], rel=1e-5)
        for name in ("mean_f1", "overall_accuracy", "f1_building"):
            assert float(row[f"validation_{name}"]) == entry[name]


def test_scores_of_the_card_are_those_of_labeling(trained, scene, tmp_path):
    folder, _ = trained
    job = LabelJob(
        image=str(scene / "image.tif"),
        dsm=str(scene / "ndsm.tif"),
        heights="ndsm",
        model=str(folder),
        output=str(tmp_path),
        draw_polygons=False,
        threads=1,
    )
    run_job(job, Listener())
    with rasterio.open(tmp_path / "classes.tif") as dataset:
        labels = dataset.read(1)[:, 128:]  # the fifth at the right
    with rasterio.open(scene / "labels.tif") as dataset:
        truth = dataset.read(1)[:, 128:]
    expected = load_bundle(folder).card.scores["overall_accuracy"]
    assert (labels == truth).mean() == pytest.approx(expected, abs=1e-4)


def test_fine_tuning_starts_where_the_model_stands(trained, scene, tmp_path):
    folder, _ = trained
    job = small_job(
        scene, tmp_path / "tuned", architecture="", options=(), start=str(folder), steps=2
    )
    listener = Listener()
    run_job(job, listener)
    tuned = load_bundle(tmp_path / "tuned")
    assert tuned.card.options == {"width": "1/8"}
    assert tuned.card.scores["overall_accuracy"] > 0.7
    assert load_bundle(folder).card.weights_sha256 in tuned.card.provenance["start"]
    assert not same_weights(folder, tmp_path / "tuned")
    assert any("takes over" in event.message for event in listener.said(Log))


def test_new_architecture_takes_over_the_trunk_of_a_model(trained, scene, tmp_path):
    folder, _ = trained
    job = small_job(
        scene, tmp_path / "mlp", architecture="maggiori_mlp", start=str(folder), steps=1
    )
    listener = Listener()
    run_job(replace(job, learning_rate=1e-9, averaging=0.0), listener)
    given = load_network(load_bundle(folder)).state_dict()
    found = load_network(load_bundle(tmp_path / "mlp")).state_dict()
    name = "trunk.stages.0.0.conv.weight"
    name = name if name in given else next(n for n in given if n.startswith("trunk"))
    torch.testing.assert_close(found[name], given[name])


@pytest.mark.parametrize("recipe", ["modern", "paper"])
def test_same_seed_gives_the_same_weights_and_another_one_others(scene, tmp_path, recipe):
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        run_job(small_job(scene, tmp_path / name, recipe=recipe, seed=seed), Listener())
    assert same_weights(tmp_path / "one", tmp_path / "again")
    assert not same_weights(tmp_path / "one", tmp_path / "other")


def test_paper_trains_the_base_network_first(scene, tmp_path):
    listener = Listener()
    run_job(small_job(scene, tmp_path, recipe="paper"), listener)
    stages = load_bundle(tmp_path).card.provenance["stages"]
    assert stages == "maggiori_fcn: 7 steps, rate 0.1; maggiori_skip: 5 steps, rate 0.01"
    (message,) = [event.message for event in listener.said(Log) if event.level == "info"]
    assert "Skip network takes over 48 of" in message
    assert [entry["stage"] for entry in report_of(tmp_path)["curve"]] == [1, 1, 2, 2]


def test_canceled_training_goes_on_to_the_same_weights(scene, tmp_path):
    run_job(small_job(scene, tmp_path / "whole", recipe="paper"), Listener())
    for stop_at in ("step 3 of", "step 9 of"):  # in either stage
        with pytest.raises(JobCanceled):
            run_job(small_job(scene, tmp_path / "parts", recipe="paper"), Listener(stop_at))
        left = {path.name for path in (tmp_path / "parts").iterdir()}
        assert left == {"checkpoint.safetensors", "logs"}
    listener = Listener()
    run_job(small_job(scene, tmp_path / "parts", recipe="paper"), listener)
    assert "Resuming after step 9 of 12." in [event.message for event in listener.said(Log)]
    assert same_weights(tmp_path / "whole", tmp_path / "parts")
    assert {path.name for path in (tmp_path / "parts").iterdir()} == LEFT
    whole, parts = (report_of(tmp_path / name)["curve"] for name in ("whole", "parts"))
    assert whole == parts
    tables = [tmp_path / name / "logs" / "curve.csv" for name in ("whole", "parts")]
    assert tables[0].read_bytes() == tables[1].read_bytes()


def test_checkpoint_of_another_job_is_refused_unless_fresh(scene, tmp_path):
    with pytest.raises(JobCanceled):
        run_job(small_job(scene, tmp_path), Listener("step 3 of"))
    other = small_job(scene, tmp_path, seed=9, batch=1)
    with pytest.raises(JobError, match="other values of batch, seed"):
        run_job(other, Listener())
    run_job(replace(other, fresh=True), Listener())
    assert not (tmp_path / "checkpoint.safetensors").exists()


def test_damaged_checkpoint_is_refused_with_a_way_out(scene, tmp_path):
    (tmp_path / "checkpoint.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0nonsense")
    with pytest.raises(InputError, match="fresh"):
        run_job(small_job(scene, tmp_path), Listener())


def test_folder_with_another_training_at_work_is_refused(scene, tmp_path):
    with Staging(tmp_path) as other:
        other.aside(tmp_path / "weights.safetensors")
        with pytest.raises(JobError, match=f"Process {os.getpid()} is at work in the folder"):
            run_job(small_job(scene, tmp_path), Listener())


def test_model_that_is_about_to_be_replaced_is_told_of(trained, scene, tmp_path):
    folder, _ = trained
    shutil.copytree(folder, tmp_path / "model")
    listener = Listener("step 3 of")
    with pytest.raises(JobCanceled):
        run_job(small_job(scene, tmp_path / "model"), listener)
    assert any("holds a finished model" in each.message for each in listener.said(Log))
    assert same_weights(folder, tmp_path / "model")


def test_card_that_was_not_written_here_is_spared_and_told_of_before_the_training(scene, tmp_path):
    (tmp_path / "model.json").write_text("mine")
    listener = Listener()
    run_job(small_job(scene, tmp_path, steps=2, validations=1), listener)
    said = [each.message for each in listener.said(Log) if each.level == "warning"]
    assert "will get other file names" in said[0]
    assert any("so the new result is model_2.json" in each for each in said)
    assert (tmp_path / "model.json").read_text() == "mine"
    assert (tmp_path / "weights_2.safetensors").exists()
    assert not (tmp_path / "weights.safetensors").exists()


def test_patience_ends_a_training_that_does_not_get_better(scene, tmp_path):
    job = small_job(scene, tmp_path, steps=30, validations=15, patience=2, learning_rate=1e-9)
    run_job(replace(job, averaging=0.0), Listener())
    curve = report_of(tmp_path)["curve"]
    assert len(curve) < 15
    best = max(range(len(curve)), key=lambda number: curve[number]["mean_f1"])
    assert len(curve) == best + 3
    assert load_bundle(tmp_path).card.scores["mean_f1"] == curve[best]["mean_f1"]


def test_forest_is_fitted_on_what_the_network_finds(scene, tmp_path):
    run_job(small_job(scene, tmp_path, architecture="cnn_rf", recipe="paper"), Listener())
    network = load_network(load_bundle(tmp_path))
    assert network.forest.leaves.std() > 0.05  # unfitted, all classes are equally likely
    assert load_bundle(tmp_path).card.scores["overall_accuracy"] > 0.8


def test_comparison_fits_the_forest_too(scene, tmp_path):
    job = CompareJob(
        image=str(scene / "image.tif"),
        labels=str(scene / "labels.tif"),
        dsm=str(scene / "ndsm.tif"),
        heights="ndsm",
        output=str(tmp_path),
        architectures=("cnn_rf",),
        width="1/8",
        steps=2,
        patches=2,
        patch_px=48,
        device="cpu",
        threads=1,
    )
    run_job(job, Listener())
    network = load_network(load_bundle(tmp_path / "models" / "cnn_rf"))
    assert network.forest.leaves.std() > 0.05


def test_crf_gets_the_network_that_was_trained_without_it(scene, tmp_path):
    job = small_job(scene, tmp_path, architecture="sherrah_dilation_crf", options=("width=1/16",))
    run_job(replace(job, steps=2, patch_px=32, validations=1), Listener())
    stages = load_bundle(tmp_path).card.provenance["stages"]
    assert stages.startswith("sherrah_dilation: 2 steps")
    load_network(load_bundle(tmp_path))


@pytest.mark.parametrize(
    "wishes",
    [
        {"class_weights": True},
        {"gradient_checkpointing": True},
        {"mixed_precision": "yes"},
        {"validation_fraction": 0.0},
        {"recipe": "paper", "architecture": "frrn_a", "options": ("width=1/16",)},
        {"recipe": "paper", "architecture": "fcn_16s", "options": ("width=1/16",)},
        {"recipe": "paper", "architecture": "yk_context_basic", "options": ("width=1/16",)},
        {"recipe": "paper", "architecture": "ldn121", "options": ("width=1/16",), "patch_px": 64},
    ],
    ids=lambda wishes: wishes.get("architecture", "-".join(wishes)),
)
def test_wish_leads_to_a_model(scene, tmp_path, wishes):
    run_job(small_job(scene, tmp_path, **{"steps": 3, "validations": 1, **wishes}), Listener())
    load_network(load_bundle(tmp_path))
    assert bool(report_of(tmp_path)["scores"]) == ("validation_fraction" not in wishes)


def test_recomputing_changes_no_weight(scene, tmp_path):
    for name, wish in (("plain", False), ("twice", True)):
        run_job(small_job(scene, tmp_path / name, gradient_checkpointing=wish), Listener())
    assert same_weights(tmp_path / "plain", tmp_path / "twice")


def test_folder_of_tiles_is_scored_on_its_validation_scenes(tmp_path):
    for number in range(3):
        write_training_scene(tmp_path / "set" / f"tile{number}", 64, 64, seed=number)
    (tmp_path / "set" / "training.txt").write_text("tile0\ntile1\n", encoding="utf-8")
    (tmp_path / "set" / "validation.txt").write_text("tile2\n", encoding="utf-8")
    job = small_job(tmp_path, tmp_path / "out")
    job = replace(
        job,
        image="",
        labels="",
        dsm="",
        heights="ndsm",
        dataset="folder",
        root=str(tmp_path / "set"),
    )
    run_job(job, Listener())
    pixels = np.sum(report_of(tmp_path / "out")["confusion"])
    assert pixels == 64 * 64 - 64  # all that is known of one scene
    assert load_bundle(tmp_path / "out").card.provenance["scenes"].startswith("2 scenes")


def test_image_alone_makes_a_model_without_heights(scene, tmp_path):
    run_job(small_job(scene, tmp_path, without_heights=True, steps=2), Listener())
    assert load_bundle(tmp_path).card.roles == ("nir", "red", "green")


def labels_within(scene, path, rows, cols):
    """Write the labels of a scene that lie in some rows and columns; return their path."""
    with rasterio.open(scene / "labels.tif") as dataset:
        profile, labels = dataset.profile, dataset.read(1)
    kept = np.zeros_like(labels)
    kept[rows, cols] = labels[rows, cols]
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(kept, 1)
    return str(path)


def test_side_that_has_labels_is_held_out_and_recorded(scene, tmp_path):
    labels = labels_within(scene, tmp_path / "labels.tif", slice(None), slice(0, 100))
    job = replace(small_job(scene, tmp_path / "out", steps=2), labels=labels)
    run_job(job, Listener())
    report = report_of(tmp_path / "out")
    side = report["held_out"]["image.tif"]
    assert side != "right"
    assert load_bundle(tmp_path / "out").card.provenance["held_out"] == (
        f"the 20 % at the {side} of image.tif"
    )
    held_px = {"left": 96 * 32 - 64, "top": 19 * 100 - 64, "bottom": 19 * 100}[side]
    assert np.sum(report["confusion"]) == held_px


def test_class_in_the_middle_is_scored_in_blocks(scene, tmp_path):
    path = tmp_path / "labels.tif"
    labels_within(scene, path, slice(None), slice(None))
    with rasterio.open(path, "r+") as dataset:
        codes = dataset.read(1)
        codes[codes == 4] = 3
        codes[36:60, 52:108] = 4  # in no side of 20 %
        dataset.write(codes, 1)
    job = replace(small_job(scene, tmp_path / "out", steps=2), labels=str(path))
    listener = Listener()
    run_job(job, listener)
    report = report_of(tmp_path / "out")
    assert report["held_out"] == {"image.tif": "blocks"}
    (window,) = report["held_out_blocks"]["image.tif"]
    rows = slice(window["row"], window["row"] + window["height"])
    cols = slice(window["col"], window["col"] + window["width"])
    scored = np.bincount(codes[rows, cols].ravel(), minlength=5)[1:]
    assert scored[3] >= 100
    np.testing.assert_array_equal(np.sum(report["confusion"], axis=1)[:4], scored)
    assert (
        load_bundle(tmp_path / "out")
        .card.provenance["held_out"]
        .startswith("a block of image.tif (")
    )
    assert not any("has no score" in event.message for event in listener.said(Log))


def test_checkpoint_of_labels_that_hold_out_another_side_is_refused(scene, tmp_path):
    path = tmp_path / "labels.tif"
    labels = labels_within(scene, path, slice(None), slice(None))
    job = replace(small_job(scene, tmp_path / "out"), labels=labels)
    with pytest.raises(JobCanceled):
        run_job(job, Listener("step 3 of"))
    labels_within(scene, path, slice(None), slice(0, 100))
    with pytest.raises(JobError, match="which part is held out"):
        run_job(job, Listener())


def test_classes_without_labels_in_a_part_are_named(scene, tmp_path):
    path = tmp_path / "labels.tif"
    labels_within(scene, path, slice(None), slice(None))
    with rasterio.open(path, "r+") as dataset:
        codes = dataset.read(1)
        codes[codes == 4] = 0
        codes[48, 80] = 4
        dataset.write(codes, 1)
    job = replace(small_job(scene, tmp_path / "out", steps=2), labels=str(path))
    listener = Listener()
    run_job(job, listener)
    warnings = [each.message for each in listener.said(Log) if each.level == "warning"]
    told = "have tree, but none in the part that is scored, so this class has no score"
    assert sum(told in warning for warning in warnings) == 1


def test_labels_in_the_middle_alone_leave_the_model_without_scores(scene, tmp_path):
    labels = labels_within(scene, tmp_path / "labels.tif", slice(20, 76), slice(33, 127))
    job = replace(small_job(scene, tmp_path / "out", steps=2), labels=labels)
    listener = Listener()
    run_job(job, listener)
    assert load_bundle(tmp_path / "out").card.scores == {}
    assert any(event.level == "warning" for event in listener.said(Log))
    with pytest.raises(InputError, match="patience"):
        run_job(replace(job, patience=2, output=str(tmp_path / "no")), Listener())


def test_rate_that_is_too_high_says_so(scene, tmp_path):
    job = small_job(scene, tmp_path, recipe="paper", architecture="sherrah_downsampling")
    job = replace(job, architecture="fcn_pool3", options=("width=1/16",), learning_rate=1.0)
    with pytest.raises(EngineError, match="lower learning_rate"):
        run_job(job, Listener())


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"architecture": "maggiori_skp"}, "did you mean 'maggiori_skip'"),
        ({"architecture": ""}, "No architecture"),
        ({"steps": 5, "epochs": 2}, "steps and epochs"),
        ({"patience": 2, "validation_fraction": 0.0}, "held out"),
        ({"start": "nowhere"}, "no model 'nowhere'"),
        ({"recipe": "paper", "variants": ("postdam",)}, "potsdam"),
        ({"options": ("depth=3",)}, "no option 'depth'"),
        ({"dataset": "folder"}, "root folder"),
    ],
)
def test_job_that_cannot_run_says_why(scene, tmp_path, wishes, words):
    with pytest.raises(JobError, match=words):
        run_job(small_job(scene, tmp_path, **wishes), Listener())


def test_model_that_needs_heights_wants_them_when_it_learns_on(trained, scene, tmp_path):
    job = small_job(scene, tmp_path, start=str(trained[0]), without_heights=True)
    with pytest.raises(InputError, match="needs height"):
        run_job(job, Listener())


def test_scene_smaller_than_the_stride_is_refused(tmp_path):
    scene = write_training_scene(tmp_path / "tiny", 40, 40)
    job = small_job(scene, tmp_path / "out", architecture="ldn121", options=("width=1/16",))
    with pytest.raises(InputError, match="32 x 40 px"):
        run_job(job, Listener())
