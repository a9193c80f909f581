# SPDX-License-Identifier: GPL-2.0-or-later
from dataclasses import replace

import pytest
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.engine.training.bundled import MODELS, ROWS, make_bundled
from orthoscribe.engine.training.fit import Recipe

DEFAULT = next(row for row in ROWS if row.name == "default")


def test_held_out_scenes_are_never_trained_on():
    for row in ROWS:
        views = row.pool_size + row.recipe.steps // row.recipe.steps_per_view
        trained = range(row.first_seed, row.first_seed + views + 1)
        assert not set(trained) & {seed for seed, _ in row.held_out}
        assert len(row.held_out) >= 6


def test_make_bundled_leaves_a_model_that_loads(tmp_path):
    recipe = Recipe(
        steps=2, patches=2, patch_px=32, cells=32, warm_steps=1, steps_per_view=2, averaging=0.5
    )
    row = replace(
        DEFAULT, recipe=recipe, scene_px=96, pool_size=2, held_out=((1, 0.4),), held_out_px=96,
        bundled_at=(),
    )  # fmt: skip
    make_bundled(row, tmp_path, threads=1)
    bundle = load_bundle(tmp_path / "default")
    assert load_network(bundle).training is False
    assert bundle.card.provenance["steps_done"] == "2 of 2"
    assert 0 <= bundle.card.scores["overall_accuracy"] <= 1
    assert "dsm_only_overall_accuracy" in bundle.card.scores


def test_bundled_default_model_is_small_honest_and_good():
    folder = MODELS / "default"
    if not (folder / "model.json").exists():
        pytest.skip("the default model has not been trained yet")
    bundle = load_bundle(folder)
    load_network(bundle)
    assert (folder / "weights.safetensors").stat().st_size < 5e6
    assert "generated scenes only" in bundle.card.summary
    assert bundle.card.scores["overall_accuracy"] >= 0.90
    assert bundle.card.scores["f1_car"] >= 0.70
