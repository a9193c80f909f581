# SPDX-License-Identifier: GPL-2.0-or-later
import sys
from dataclasses import replace

import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.models.bundle import load_bundle, load_network, save_bundle
from orthoscribe.engine.protocol import (
    IMAGE_ROLES,
    ISPRS,
    ModelError,
    labeling_resolution,
    row_named,
)
from orthoscribe.engine.training.bundled import MODELS, ROWS, VARIANTS, __main__, make_bundled
from orthoscribe.engine.training.bundled.card import settings_text
from orthoscribe.engine.training.bundled.checkpoint import RunCheckpoint
from orthoscribe.engine.training.bundled.model import BundledRun
from orthoscribe.engine.training.bundled.settings import RunSettings

ROW = {row.name: row for row in ROWS}
VARIANT = {variant.name: variant for variant in VARIANTS}
SHIPPED = sorted(folder for folder in MODELS.iterdir() if (folder / "model.json").exists())
LARGEST_BYTES = 12e6  # of all models together
QUICK = RunSettings(
    steps=2, patches=2, patch_px=64, cells=32, warm_steps=1, steps_per_view=2, averaging=0.5
)


def row_of(folder):
    """Return the definition of the model in a folder, or of the one that it has the weights of."""
    variant = VARIANT.get(folder.name)
    return ROW[variant.weights_of if variant else folder.name]


def small(row):
    """Return the row with next to nothing to do."""
    quick = QUICK if row.settings.cells else replace(QUICK, cells=0)
    refinements = tuple(
        replace(quick, steps=3 + number, layers_from=settings.layers_from)
        for number, settings in enumerate(row.refinements)
    )
    quick = replace(quick, layers_from=row.settings.layers_from)
    return replace(
        row, settings=quick, scene_px=96, pool_size=2, held_out=((1, 0.4),), held_out_px=96,
        bundled_at=(), refinements=refinements,
    )  # fmt: skip


def test_rows_are_the_models_that_are_promised():
    assert list(ROW) == ["default", "light", "image_only"]
    assert list(VARIANT) == ["accurate"]
    assert len({row.seed for row in ROWS}) == len(ROWS)
    titles = {each.title for each in (*ROWS, *VARIANTS)}
    assert len(titles) == len(ROWS) + len(VARIANTS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_held_out_scenes_are_never_trained_on(row):
    trained = [
        seed
        for run in row.runs
        for seed in range(
            run.first_scene, run.first_scene + row.scene_count(run.settings, run.settings.last_step)
        )
    ]
    assert len(set(trained)) == len(trained)
    assert not set(trained) & {seed for seed, _ in row.held_out}
    assert len({seed for seed, _ in row.held_out}) == len(row.held_out) >= 6
    for _, gsd_m in row.held_out:
        assert gsd_m <= row.coarsest_image_m


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_rows_bundle_early_weights_before_the_last(row):
    assert list(row.bundled_at) == sorted(set(row.bundled_at))
    assert all(0 < step < row.settings.steps for step in row.bundled_at)
    assert row.settings.warm_steps < min(row.bundled_at)


def parameters_of(row):
    network = build(row.architecture, row.channels, len(ISPRS), row.options)
    return dict(network.named_parameters())


def test_light_starts_with_the_layers_of_default(tmp_path):
    row = small(ROW["light"])
    still = replace(row.settings, steps=1, warm_steps=0, learning_rate=1e-9)
    make_bundled(replace(row, settings=still, refinements=()), tmp_path, threads=1)
    bundles = load_bundle(MODELS / "default"), load_bundle(tmp_path / "light")
    large, light = (dict(load_network(each).named_parameters()) for each in bundles)
    common = set(large) & set(light)
    assert {name.split(".")[0] for name in common} == {"trunk"}
    assert all(torch.allclose(large[name], light[name], atol=1e-6) for name in common)
    assert bundles[0].card.weights_sha256[:16] in bundles[1].card.provenance["initialized_from"]
    assert ROW["default"].normalization == ROW["light"].normalization


def test_later_run_copies_layers_too_and_gives_back_from_there(tmp_path):
    row = small(ROW["default"])
    still = replace(row.settings, steps=3, warm_steps=0, learning_rate=1e-9)
    copying = replace(still, steps=4, layers_from="light", given_back=0.5)
    make_bundled(replace(row, settings=still, refinements=(copying,)), tmp_path, threads=1)
    bundles = load_bundle(MODELS / "light"), load_bundle(tmp_path / "default")
    light, made = (dict(load_network(each).named_parameters()) for each in bundles)
    common = [name for name in made if name in light and made[name].shape == light[name].shape]
    assert any(name.startswith("trunk.") for name in common)
    assert all(torch.allclose(light[name], made[name], atol=1e-6) for name in common)
    provenance = bundles[1].card.provenance
    assert bundles[0].card.weights_sha256[:16] in provenance["initialized_from"]
    assert [set(run) & {"initialized_from"} for run in bundles[1].card.earlier_runs] == [set()]


def test_image_only_learns_from_three_bands_and_their_greenness_alone():
    row = ROW["image_only"]
    assert row.roles == IMAGE_ROLES
    assert not row.wants_heights
    assert next(iter(parameters_of(row).values())).shape[1] == 4
    assert ROW["default"].wants_heights
    assert ROW["light"].wants_heights


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_make_bundled_leaves_a_model_that_loads(row, tmp_path):
    make_bundled(small(row), tmp_path, threads=1)
    bundle = load_bundle(tmp_path / row.name)
    network = load_network(bundle)
    assert network.training is False
    stride_px = row_named(row.architecture).stride_px
    edge_px = -(-64 // stride_px) * stride_px
    with torch.inference_mode():
        scores = network(torch.zeros(1, row.channels, edge_px, edge_px))
    assert scores.shape[:2] == (1, len(ISPRS))
    card = bundle.card
    assert (card.roles, card.options) == (row.roles, row.options)
    assert card.normalization.stretch_together
    assert card.enlarged_to_m == row.enlarged_to_m
    steps = [run.settings.steps for run in reversed(small(row).runs)]
    recorded = [run["steps_done"] for run in (card.provenance, *card.earlier_runs)]
    assert recorded == [f"{each} of {each}" for each in steps]
    assert card.ceilings_m == row.ceilings_m
    assert f"--name {row.name} " in card.provenance["command"]
    assert 0 <= card.scores["overall_accuracy"] <= 1
    assert ("dsm_only_overall_accuracy" in card.scores) is row.wants_heights


def test_early_weights_are_bundled_and_then_replaced(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(
        "orthoscribe.engine.training.bundled.train_bundled.save_bundle",
        lambda folder, card, network: (
            saved.append((folder.name, card.provenance["steps_done"]))
            or save_bundle(folder, card, network)
        ),
    )
    row = replace(small(ROW["light"]), bundled_at=(1,), refinements=())
    make_bundled(row, tmp_path, threads=1)
    assert saved == [("light", "1 of 2"), ("light", "2 of 2")]


def test_command_makes_the_row_it_names(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        __main__,
        "make_bundled",
        lambda *given, only_refine, checkpoint: asked.append((*given, only_refine)),
    )
    command = ["bundled", "--name", "light", "--models", str(tmp_path), "--threads", "2"]
    for more in ((), ("--steps", "7")):
        monkeypatch.setattr(sys, "argv", [*command, *more])
        __main__.main()
    (whole, *given), (trial, *_) = asked
    assert (whole, *given) == (ROW["light"], tmp_path, 2, False)
    assert (trial.settings.steps, trial.bundled_at) == (7, ())
    assert trial.settings.learning_rate == whole.settings.learning_rate


def test_default_is_shipped_and_all_models_together_are_small():
    assert "default" in {folder.name for folder in SHIPPED}
    files = [file for folder in SHIPPED for file in folder.iterdir()]
    assert sum(file.stat().st_size for file in files) < LARGEST_BYTES


@pytest.mark.parametrize("gsd_m", [0.1, 0.2, 0.3, 0.35, 0.5, 0.6])
@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_shipped_models_label_images_as_they_saw_them_in_training(folder, gsd_m):
    input_m = row_of(folder).input_gsd_m(gsd_m)
    assert labeling_resolution(gsd_m, load_bundle(folder).card).gsd_m == input_m


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_shipped_model_is_honest_and_good(folder):
    bundle = load_bundle(folder)
    load_network(bundle)
    row, card = row_of(folder), bundle.card
    assert card.name == folder.name
    assert (card.architecture, card.options, card.roles) == (
        row.architecture, row.options, row.roles,
    )  # fmt: skip
    assert (card.gsd_range_m, card.enlarged_to_m) == (row.gsd_range_m, row.enlarged_to_m)
    assert (card.finest_image_m, card.coarsest_image_m) == (
        row.finest_image_m, row.coarsest_image_m,
    )  # fmt: skip
    assert card.normalization == row.normalization
    assert card.ceilings_m == row.ceilings_m
    if folder.name in ROW:
        assert card.averaged_turns == row.averaged_turns
    recipes = [run["recipe"] for run in (card.provenance, *card.earlier_runs)]
    assert recipes == [settings_text(run) for run in reversed(row.runs)]
    assert f"{row.scene_px} x {row.scene_px} px" in card.provenance["data"]
    assert "generated scenes only" in card.summary
    assert card.scores["overall_accuracy"] >= (0.80 if row.wants_heights else 0.65)
    assert card.scores["f1_building"] >= (0.85 if row.wants_heights else 0.55)
    if row.wants_heights:
        assert card.scores["dsm_only_overall_accuracy"] >= 0.75


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_shipped_variant_has_the_weights_of_its_model_and_better_scores(variant):
    made, origin = (load_bundle(MODELS / each).card for each in (variant.name, variant.weights_of))
    assert made.weights_sha256 == origin.weights_sha256
    assert made.averaged_turns == variant.averaged_turns > origin.averaged_turns
    assert made.provenance == {"weights_of": variant.weights_of, **origin.provenance}
    assert made.summary.startswith(variant.summary)
    for name in ("overall_accuracy", "dsm_only_overall_accuracy"):
        assert made.scores[name] > origin.scores[name]
    assert made.scores["mean_f1"] >= origin.scores["mean_f1"]


def test_variants_are_written_with_the_model_whose_weights_they_have(tmp_path):
    make_bundled(replace(small(ROW["default"]), refinements=()), tmp_path, threads=1)
    made, origin = (load_bundle(tmp_path / each).card for each in ("accurate", "default"))
    assert made.weights_sha256 == origin.weights_sha256
    assert made.averaged_turns == 4
    assert made.scores != origin.scores


def test_command_writes_a_variant_of_the_model_in_its_folder(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(__main__, "make_variant", lambda *given: asked.append(given))
    command = ["bundled", "--models", str(tmp_path), "--name", "accurate"]
    monkeypatch.setattr(sys, "argv", command)
    __main__.main()
    assert asked == [(VARIANT["accurate"], ROW["default"], tmp_path)]


def test_odd_numbers_of_orientations_are_refused_before_training():
    for one in (ROW["default"], VARIANT["accurate"]):
        with pytest.raises(ValueError, match="must be one of 1, 2, 4"):
            replace(one, averaged_turns=3)


def test_refinement_goes_on_from_the_model_in_its_folder(tmp_path):
    row = small(ROW["default"])
    make_bundled(replace(row, refinements=()), tmp_path, threads=1)
    before = load_bundle(tmp_path / "default").card
    make_bundled(row, tmp_path, threads=1, only_refine=True)
    refined = load_bundle(tmp_path / "default").card
    first = refined.earlier_runs[-1]
    assert first["weights_sha256"] == before.weights_sha256
    assert refined.weights_sha256 != before.weights_sha256
    assert refined.provenance["command"].endswith(" --only-refine")
    assert first["command"] == before.provenance["command"]
    with pytest.raises(ModelError, match="cannot be refined"):
        make_bundled(row, tmp_path, threads=1, only_refine=True)
    make_bundled(row, tmp_path / "whole", threads=1)
    assert load_bundle(tmp_path / "whole" / "default").card.weights_sha256 == refined.weights_sha256


def test_an_interrupted_run_goes_on_from_its_checkpoint(tmp_path, monkeypatch):
    row, file = replace(small(ROW["light"]), refinements=()), tmp_path / "state.safetensors"
    monkeypatch.setattr("orthoscribe.engine.training.bundled.train_bundled.SAVED_EVERY", 1)
    row = replace(row, settings=replace(row.settings, steps=4))
    make_bundled(row, tmp_path / "whole", threads=1)

    class StopError(Exception):
        pass

    def stop_at_two(checkpoint, training, elapsed_s):
        save(checkpoint, training, elapsed_s)
        if training.done == 2:
            raise StopError

    save = RunCheckpoint.save
    with monkeypatch.context() as patched, pytest.raises(StopError):
        patched.setattr(RunCheckpoint, "save", stop_at_two)
        make_bundled(row, tmp_path / "parts", threads=1, checkpoint=file)
    assert file.exists()
    make_bundled(row, tmp_path / "parts", threads=1, checkpoint=file)
    assert not file.exists()
    digests = [
        load_bundle(tmp_path / folder / "light").card.weights_sha256
        for folder in ("whole", "parts")
    ]
    assert digests[0] == digests[1]


def test_command_refines_with_all_steps_only(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        __main__, "make_bundled", lambda *_, only_refine, checkpoint: asked.append(only_refine)
    )
    command = ["bundled", "--models", str(tmp_path), "--only-refine", "--name"]
    monkeypatch.setattr(sys, "argv", [*command, "default"])
    __main__.main()
    assert asked == [True]
    monkeypatch.setattr(sys, "argv", [*command, "default", "--steps", "7"])
    with pytest.raises(SystemExit):
        __main__.main()


def test_run_whose_last_weights_would_be_lost_is_refused():
    with pytest.raises(ValueError, match="after the last step, 2"):
        BundledRun(QUICK, 1, 1, (1,))
