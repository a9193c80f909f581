# SPDX-License-Identifier: GPL-2.0-or-later
"""A fine-tuning leaves a model with its verdict and lineage, and resumes to the same weights."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import safetensors.torch
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.engine.outputs.report import sha256_of
from orthoscribe.engine.outputs.staging import Staging
from orthoscribe.engine.protocol import (
    Artifact,
    InputError,
    JobCanceled,
    JobError,
    Log,
    Metric,
    ModelError,
    OutputError,
    Progress,
    card_to_json,
    finetune_report_from_values,
    job_from_json,
)
from orthoscribe.tests.drawn_scene import (
    LEGEND,
    finetuning_of,
    save_start_model,
    small_finetuning,
    write_drawn_scene,
)
from orthoscribe.tests.training_scene import Listener

FILES = {"model.json", "weights.safetensors", "job.json", "report.json", "report.html"}


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    return write_drawn_scene(tmp_path_factory.mktemp("drawn") / "scene")


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    return save_start_model(tmp_path_factory.mktemp("models") / "start")


@pytest.fixture(scope="module")
def whole(scene, start, tmp_path_factory):
    """A run that was not interrupted: its folder and its events."""
    output, listener = tmp_path_factory.mktemp("whole") / "model", Listener()
    run_job(small_finetuning(scene, start, output), listener)
    return output, listener


class Canceling(Listener):
    """Cancels at the n-th report of a training."""

    def __init__(self, at):
        super().__init__()
        self.left = at

    def emit(self, event):
        super().emit(event)
        if isinstance(event, Progress) and event.stage.startswith("Training"):
            self.left -= 1
            if self.left == 0:
                self.cancellation.request()


def weights_of(output):
    return sha256_of(output / "weights.safetensors")


def messages(listener):
    return [event.message for event in listener.said(Log)]


def test_folder_gets_model_records_and_page(whole):
    output, listener = whole
    assert {path.name for path in output.iterdir()} == FILES
    roles = {event.role for event in listener.said(Artifact)}
    assert roles == {"weights", "card", "job", "report", "page"}
    assert load_network(load_bundle(output)) is not None


def test_card_has_lineage_and_verdict_but_not_the_scores_of_the_start(whole, start, scene):
    card, base = load_bundle(whole[0]).card, load_bundle(start).card
    assert card.scores == {}
    assert card.license == base.license
    assert card.legend == base.legend
    assert card.verdict in ("green", "amber", "red")
    assert card.provenance["start"] == f"start, sha256 {base.weights_sha256}"
    assert sha256_of(scene / "labels.gpkg") in card.provenance["labels"]
    assert {"alpha", "folds", "cause", "label_values", "new_classes", "versions"} <= set(
        card.provenance
    )


def test_report_is_the_record_that_the_plugin_reads(whole):
    report = finetune_report_from_values(finetuning_of(whole[0]))
    assert report.folds == 2
    assert report.verdict == load_bundle(whole[0]).card.verdict
    assert sum(one.polygons for one in report.classes) == 24
    assert [point.step for point in report.curve] == [1, 2, 3, 4, 5, 6]
    assert report.alpha > 0  # else all weights below would be those of the base
    assert report.base == "Start model"


def test_plan_is_told_before_the_work(whole):
    told = [text for text in messages(whole[1]) if text.startswith("Fine-tuning takes about")]
    assert len(told) == 1
    assert told[0].endswith(": 2 folds of 6 steps, then 12 steps.")


def test_scores_are_events_for_a_live_curve(whole):
    names = [event.name for event in whole[1].said(Metric)]
    assert names.count("base_score") == 1
    assert names.count("validation_score") == 12
    assert names[0] == "base_score"


def test_progress_tells_fold_and_time_left(whole):
    stages = [event.stage for event in whole[1].said(Progress)]
    assert any(stage.startswith("Training and checking, part 2 of 2, ") for stage in stages)
    assert all(stage.endswith(" left") for stage in stages if stage.startswith("Training"))


def test_normalizations_keep_their_statistics(whole, start):
    before = dict(load_network(load_bundle(start)).named_buffers())
    after = dict(load_network(load_bundle(whole[0])).named_buffers())
    assert all(np.array_equal(after[name], value) for name, value in before.items())


@pytest.mark.parametrize("at", [2, 8, 15], ids=["first fold", "second fold", "last training"])
def test_canceled_run_resumes_to_the_same_weights(whole, scene, start, tmp_path, at):
    job = small_finetuning(scene, start, tmp_path / "model")
    with pytest.raises(JobCanceled):
        run_job(job, Canceling(at))
    assert {path.name for path in (tmp_path / "model").iterdir()} == {"checkpoint.safetensors"}
    listener = Listener()
    run_job(job, listener)
    assert any(text.startswith("Resuming after step") for text in messages(listener))
    assert weights_of(tmp_path / "model") == weights_of(whole[0])
    assert finetuning_of(tmp_path / "model")["curve"] == finetuning_of(whole[0])["curve"]


def test_saved_job_repeats_the_weights(whole, tmp_path):
    job = job_from_json((whole[0] / "job.json").read_text(encoding="utf-8"))
    run_job(replace(job, output=str(tmp_path / "again")), Listener())
    assert weights_of(tmp_path / "again") == weights_of(whole[0])


@pytest.mark.parametrize(
    ("change", "named"),
    [("settings", "settings"), ("labels", "labels"), ("start", "model to start from")],
)
def test_run_with_other_inputs_starts_over_and_says_why(scene, start, tmp_path, change, named):
    job = small_finetuning(scene, start, tmp_path / "model")
    with pytest.raises(JobCanceled):
        run_job(job, Canceling(2))
    if change == "settings":
        job = replace(job, seed=2)
    elif change == "labels":
        other = write_drawn_scene(tmp_path / "other", polygons=20)
        job = replace(job, labels=str(other / "labels.gpkg"))
    else:
        other = save_start_model(tmp_path / "other", "maggiori_fcn")
        job = replace(job, start=str(other))
    listener = Listener()
    run_job(job, listener)
    assert any(f"other {named}, so this one starts over" in text for text in messages(listener))
    assert (tmp_path / "model" / "model.json").exists()


class Stopping(Canceling):
    """Asks at the n-th report of a training to end it and keep the best."""

    def emit(self, event):
        Listener.emit(self, event)
        if isinstance(event, Progress) and event.stage.startswith("Training"):
            self.left -= 1
            if self.left == 0:
                self.cancellation.request_early_end()


def test_stopped_last_training_keeps_its_weights_with_the_verdict_of_the_folds(
    scene, start, tmp_path
):
    output = tmp_path / "model"
    run_job(small_finetuning(scene, start, output), Stopping(12 + 8))
    found = finetuning_of(output)
    assert (found["folds"], found["steps"]) == (2, 8)
    assert "You ended the training when 67 % of it was done." in found["reasons"]
    assert load_bundle(output).card.provenance["steps"] == "8 of 12, ended by the user"


def test_stopped_first_fold_keeps_what_it_has_without_a_proof(scene, start, tmp_path):
    run_job(small_finetuning(scene, start, tmp_path / "model"), Stopping(2))
    found = finetuning_of(tmp_path / "model")
    assert (found["folds"], found["steps"], found["verdict"]) == (0, 2, "amber")
    assert found["sentence"].startswith("Not judged: the training was stopped")


def test_preview_is_quick_and_not_judged(scene, start, tmp_path):
    job = small_finetuning(scene, start, tmp_path / "model", budget="preview", folds=0)
    run_job(job, Listener())
    found = finetuning_of(tmp_path / "model")
    assert (found["verdict"], found["folds"], found["home"]) == ("none", 0, [])


def test_new_class_gets_the_next_code(scene, start, tmp_path):
    job = small_finetuning(
        scene,
        start,
        tmp_path / "model",
        cause="missing_class",
        new_classes=("Gravel=#808080",),
        label_values=("paved=paved", "roof=roof", "meadow=meadow", "wood=gravel"),
    )
    run_job(job, Listener())
    card = load_bundle(tmp_path / "model").card
    assert [one.name for one in card.legend.classes[:4]] == [one.name for one in LEGEND.classes]
    assert (card.legend.classes[4].name, card.legend.classes[4].code) == ("gravel", 5)
    assert "wood=gravel" in card.provenance["label_values"]
    assert load_network(load_bundle(tmp_path / "model")) is not None


def test_several_scenes_are_learned_together(scene, start, tmp_path):
    other = write_drawn_scene(tmp_path / "second", polygons=12, seed=3)
    second = small_finetuning(other, start, tmp_path).scenes[0]
    job = small_finetuning(scene, start, tmp_path / "model", further_scenes=(second,))
    run_job(job, Listener())
    found = finetuning_of(tmp_path / "model")
    assert sum(one["polygons"] for one in found["classes"]) == 36
    card = load_bundle(tmp_path / "model").card
    assert card.provenance["labels"].count("sha256") == 2


def test_time_limit_cuts_the_steps_and_the_saved_job_has_them(scene, start, tmp_path):
    job = small_finetuning(
        scene, start, tmp_path / "model", steps=0, fold_steps=0, budget="thorough", minutes=0.2
    )
    listener = Listener()
    run_job(job, listener)
    saved = job_from_json((tmp_path / "model" / "job.json").read_text(encoding="utf-8"))
    assert any("too slow for" in text for text in messages(listener))
    assert 0 < saved.steps < 300


def test_output_in_the_folder_of_the_start_is_refused(scene, start):
    with pytest.raises(OutputError, match="is also an input"):
        run_job(small_finetuning(scene, start, start), Listener())


def test_missing_start_model_is_one_sentence(scene, tmp_path):
    job = small_finetuning(scene, tmp_path / "nowhere", tmp_path / "model")
    with pytest.raises(JobError, match="There is no model"):
        run_job(job, Listener())


def test_pickle_with_the_name_of_weights_is_refused(scene, tmp_path):
    start = save_start_model(tmp_path / "start")
    content = b"\x80\x04cos\nsystem\n."
    (start / "weights.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="not a valid safetensors file"):
        run_job(small_finetuning(scene, start, tmp_path / "model"), Listener())
    assert not (tmp_path / "model").exists()


def test_removed_image_is_one_sentence(start, tmp_path):
    scene = write_drawn_scene(tmp_path / "scene")
    (scene / "image.tif").unlink()
    with pytest.raises(InputError, match=r"image\.tif"):
        run_job(small_finetuning(scene, start, tmp_path / "model"), Listener())


def test_labeled_raster_is_refused(scene, start, tmp_path):
    job = small_finetuning(scene, start, tmp_path / "model")
    with pytest.raises(InputError, match="learns from drawn polygons"):
        run_job(replace(job, labels=str(scene / "labels.tif")), Listener())


def test_existing_class_is_no_new_one(scene, start, tmp_path):
    job = small_finetuning(scene, start, tmp_path / "model", new_classes=("Wood",))
    with pytest.raises(JobError, match="The class 'Wood' exists"):
        run_job(job, Listener())


def test_report_json_names_all_inputs(whole):
    report = json.loads((whole[0] / "report.json").read_text(encoding="utf-8"))
    assert set(report["inputs"]) == {"image", "dsm", "labels", "start"}
    assert all(entry["sha256"] for entry in report["inputs"].values())


def test_weights_that_are_no_numbers_are_refused(scene, tmp_path):
    start = save_start_model(tmp_path / "start")
    tensors = safetensors.torch.load_file(start / "weights.safetensors")
    next(each for each in tensors.values() if each.is_floating_point()).view(-1)[0] = float("nan")
    safetensors.torch.save_file(tensors, start / "weights.safetensors")
    card = load_bundle(start).card
    digest = sha256_of(start / "weights.safetensors")
    text = card_to_json(replace(card, weights_sha256=digest))
    (start / "model.json").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="NaN or infinite"):
        run_job(small_finetuning(scene, start, tmp_path / "model"), Listener())
    assert not (tmp_path / "model" / "model.json").exists()


def test_folder_in_use_is_refused(scene, start, tmp_path):
    with Staging(tmp_path / "model") as other:
        assert other.scratch.exists()
        with pytest.raises(JobError, match="is at work in the folder"):
            run_job(small_finetuning(scene, start, tmp_path / "model"), Listener())


def test_polygons_in_one_place_are_learned_without_a_proof(start, tmp_path):
    scene = write_drawn_scene(tmp_path / "scene", polygons=2)
    job = small_finetuning(scene, start, tmp_path / "model", folds=0)
    run_job(job, Listener())
    found = finetuning_of(tmp_path / "model")
    assert found["verdict"] == "amber"
    assert found["sentence"].startswith("Cannot be judged")
