# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches of a step: where they lie, and which labels they have."""

from dataclasses import replace

import numpy as np
import torch
from orthoscribe.engine.finetune.tuning.patches import FULL_WEIGHT_PX, REPLAY, TuningBatches
from orthoscribe.engine.finetune.tuning.replay import replayed_scenes
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import LandClass, Legend, Normalization
from orthoscribe.engine.protocol.catalog.recipes import finetune_recipe
from orthoscribe.engine.training.losses import classes_at
from orthoscribe.engine.training.processes import Processes

RECIPE = replace(
    finetune_recipe("standard", "colors"), label_patches=4, free_patches=2, replay_patches=0
)


def batch_at(tools, polygons, step=0, recipe=RECIPE, edge_px=64, seed=0, **others):
    batches = TuningBatches(
        recipe, [tools.scene(300, 300)], polygons, Normalization(), seed, Processes(), **others
    )
    return batches.at(recipe.training_recipe(10, edge_px), 0, step)[0]


def test_patches_around_labels_hold_labels_and_classes_come_in_turn(tools):
    polygons = (
        *(tools.square(n, 0, 20, 20 + 15 * n) for n in range(9)),
        tools.square(9, 3, 250, 9),
    )
    seen = []
    for step in range(12):
        main = batch_at(tools, polygons, step).truths["main"]
        assert main.shape == (6, 64, 64)
        for patch in main[:4]:
            seen.append(int((patch == 3).any()))
            assert (patch != IGNORED).any()
    assert 0.25 < np.mean(seen) < 0.75  # one polygon of a class counts as much as nine of another


def test_large_polygons_enter_with_a_random_part_of_their_pixels(tools):
    polygons = (tools.square(0, 1, 100, 100, edge=60),)
    counts = [
        int((batch_at(tools, polygons, step, edge_px=128).truths["main"][0] == 1).sum())
        for step in range(6)
    ]
    assert all(0.4 * FULL_WEIGHT_PX < count < 1.3 * FULL_WEIGHT_PX for count in counts)


def test_replayed_patches_come_last_and_their_labels_are_apart(tools):
    card = tools.card("maggiori_mlp")
    recipe = replace(RECIPE, replay_patches=2)
    sources = replayed_scenes(card, 6)[:2]
    batch = batch_at(tools, tools.squares(), recipe=recipe, replay=sources)
    assert batch.images.shape == (8, 4, 64, 64)
    assert (batch.truths["main"][6:] == IGNORED).all()
    assert (batch.truths[REPLAY][:6] == IGNORED).all()
    assert (batch.truths[REPLAY][6:] != IGNORED).flatten(1).any(dim=1).all()


def test_cells_are_drawn_at_labels_and_evenly_in_replayed_patches(tools):
    card = tools.card("maggiori_mlp")
    recipe = replace(RECIPE, label_patches=1, free_patches=0, replay_patches=1)
    sources = replayed_scenes(card, 6)[:1]
    polygons = (tools.square(0, 0, 100, 100, edge=20),)
    batch = batch_at(tools, polygons, recipe=recipe, replay=sources, cells=128)
    assert batch.cells.shape == (2, 128)
    classes = classes_at(batch.truths["main"], batch.cells)[0]
    assert (classes != IGNORED).any(dim=0).sum() == 64
    rows = batch.cells[1] // 32
    assert (rows < 16).sum() > 32
    assert (rows >= 16).sum() > 32


def test_other_classes_than_those_of_the_generator_replay_nothing(tools):
    legend = Legend(
        (LandClass(1, "wood", "Wood", (0, 0, 0)), LandClass(2, "ice", "Ice", (1, 1, 1)))
    )
    assert replayed_scenes(tools.card("maggiori_mlp", legend), 2) == ()


def test_batches_repeat_by_seed_and_step(tools):
    first, again, other = (
        batch_at(tools, tools.squares(), step=step, seed=5).images for step in (3, 3, 4)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
