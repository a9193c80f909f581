# SPDX-License-Identifier: GPL-2.0-or-later
"""Tuning: what it changes, what it must not change, and that it repeats."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures.heads import Head
from orthoscribe.engine.finetune.tuning import (
    Tuning,
    blended,
    disputed_classes,
    replayed_scenes,
    scores_at,
)
from orthoscribe.engine.finetune.tuning.patches import REPLAY
from orthoscribe.engine.finetune.tuning.protection import Restraint
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import CATALOG, EngineError, ModelError
from orthoscribe.engine.protocol.catalog.recipes import Protection, finetune_recipe
from orthoscribe.engine.training.losses import classes_at, heads_at
from orthoscribe.engine.training.steps import Batch

RECIPE = replace(
    finetune_recipe("standard", "colors"), label_patches=2, free_patches=1, patch_px=64
)
FORESTS = ("cnn_rf", "cnn_rf_crf")


def tuning_of(tools, card, network, steps=4, seed=1, recipe=RECIPE, polygons=None, scene=None):
    scenes = [scene or tools.scene()]
    return Tuning(network, card, recipe, scenes, polygons or tools.squares(), steps, seed)


def finished(tuning):
    return [result.loss for result in tuning.steps()]


def weights(network):
    return {name: value.clone() for name, value in network.state_dict().items()}


def same(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[n], other[n]) for n in one)


@pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.name)
def test_every_network_learns_or_is_refused_in_a_sentence(tools, row):
    card = tools.card(row.name)
    network = tools.network(card)
    if row.name in FORESTS:
        with pytest.raises(ModelError, match="random forest"):
            tuning_of(tools, card, network)
        return
    before = weights(network)
    tuning = tuning_of(tools, card, network, steps=1)
    assert len(finished(tuning)) == 1
    assert same(before, weights(network))  # the base stays as it is
    after = tuning.network
    parameters = {name for name, _ in after.named_parameters()}
    changed = {n for n, value in after.state_dict().items() if not torch.equal(value, before[n])}
    assert changed
    assert changed <= parameters  # running statistics stay
    assert not any(name.startswith("crf.") for name in changed)
    assert not after.training


@pytest.mark.parametrize(("height", "width"), [(252, 252), (100, 100), (40, 300)])
def test_images_of_any_size_are_learned_from_in_square_patches(tools, height, width):
    card = tools.card("maggiori_mlp")
    polygons = tuple(tools.square(n, n % 3, 5, 5 + 12 * n) for n in range(3))
    recipe = replace(RECIPE, patch_px=128)
    tuning = tuning_of(
        tools, card, tools.network(card), steps=2, recipe=recipe, polygons=polygons,
        scene=tools.scene(height, width),
    )  # fmt: skip
    assert len(finished(tuning)) == 2


def test_polygons_are_learned(tools):
    card = tools.card("maggiori_mlp")
    network = tools.network(card)
    losses = finished(tuning_of(tools, card, network, steps=30))
    assert sum(losses[-5:]) < 0.6 * sum(losses[:5])


def test_same_seed_gives_same_weights_and_another_seed_others(tools):
    card = tools.card("maggiori_mlp")
    network = tools.network(card)
    found = []
    for seed in (1, 1, 2):
        tuning = tuning_of(tools, card, network, steps=3, seed=seed)
        finished(tuning)
        found.append(weights(tuning.network))
    assert same(found[0], found[1])
    assert not same(found[0], found[2])


@pytest.mark.parametrize("architecture", ["maggiori_mlp", "fcn_8s_at_once"])  # one has dropout
@pytest.mark.parametrize("done", [1, 3])
def test_interrupted_tuning_resumes_to_the_same_weights(tools, architecture, done):
    card = tools.card(architecture)
    network = tools.network(card)
    recipe = replace(RECIPE, averaging=0.5)
    whole = tuning_of(tools, card, network, recipe=recipe)
    finished(whole)
    first = tuning_of(tools, card, network, recipe=recipe)
    for result in first.steps(lambda: first.done < done):
        assert result.done <= done
    kept = {name: value.clone() for name, value in first.tensors().items()}
    second = tuning_of(tools, card, network, recipe=recipe)
    second.resume(kept, done)
    finished(second)
    assert same(weights(whole.network), weights(second.network))


def test_blend_lies_between_base_and_tuned_and_keeps_the_statistics(tools):
    card = tools.card("maggiori_mlp")
    network = tools.network(card)
    tuning = tuning_of(tools, card, network)
    finished(tuning)
    tuned = tuning.network
    assert same(weights(blended(network, tuned, 0.0)), weights(network))
    assert same(weights(blended(network, tuned, 1.0)), weights(tuned))
    half = weights(blended(network, tuned, 0.5))
    for name, before in network.named_parameters():
        middle = (before + tuned.get_parameter(name)) / 2
        torch.testing.assert_close(half[name], middle.detach())


def test_changed_statistics_are_an_error(tools):
    card = tools.card("maggiori_mlp")
    network, other = tools.network(card), tools.network(card)
    next(module for module in other.modules() if hasattr(module, "running_mean")).running_mean += 1
    with pytest.raises(EngineError, match="running statistic"):
        blended(network, other, 0.5)


def test_protection_keeps_what_nobody_drew(tools):
    card = tools.card("maggiori_mlp")
    network = tools.network(card)
    scene = tools.scene()
    polygons = tuple(tools.square(n, n % 2, 4 + 22 * (n // 4), 4 + 22 * (n % 4)) for n in range(8))
    channels, _ = scene.read(tools.squares()[0].window._replace(row=0, col=0, height=96, width=96))
    image = torch.from_numpy(channels)[None]
    drift = []
    for strength in (0.0, 2.0):
        recipe = replace(RECIPE, protection=Protection(strength, 0.5))
        tuning = tuning_of(
            tools, card, network, steps=20, recipe=recipe, polygons=polygons, scene=scene
        )
        finished(tuning)
        with torch.inference_mode():
            before, after = (n(image).softmax(dim=1) for n in (network, tuning.network))
        drift.append(float((after - before)[:, 2:].abs().mean()))
    assert drift[1] < 0.7 * drift[0]


def test_restraint_at_cells_is_that_of_their_pixels(tools):
    network, tuned = (tools.network(tools.card("maggiori_mlp")) for _ in range(2))
    tuned.score.bias.data += torch.arange(6.0)
    images = torch.randn(2, 4, 32, 32)
    main, replayed = torch.full((2, 32, 32), IGNORED), torch.full((2, 32, 32), IGNORED)
    main[0, :8], replayed[1] = 0, 3
    cells = torch.stack([torch.randperm(256) for _ in range(2)])
    restraint = Restraint(network, RECIPE, {0}, {}, half_precise=False)
    truths = {"main": classes_at(main, cells), REPLAY: classes_at(replayed, cells)}
    at_cells = restraint(heads_at(tuned, images, cells), Batch(images, truths, cells))
    for each in (network, tuned):  # scores of cells, as large as their pixels
        each.upsample = torch.nn.Upsample(scale_factor=2, mode="nearest")
    heads = [Head("main", tuned(images))]
    everywhere = restraint(heads, Batch(images, {"main": main, REPLAY: replayed}))
    assert everywhere > 0.1
    torch.testing.assert_close(at_cells, everywhere, rtol=1e-4, atol=1e-5)


def test_disputed_class_need_not_stay_where_the_base_sees_it():
    base = torch.nn.Conv2d(4, 6, 1)
    base.weight.data.zero_()
    base.bias.data = torch.tensor([0.0, 0.0, 9.0, 0.0, 0.0, 0.0])  # sure of one class everywhere
    recipe = replace(RECIPE, protection=Protection(1.0, 1.0))
    batch = Batch(torch.ones(1, 4, 8, 8), {"main": torch.full((1, 8, 8), IGNORED)})
    heads = [Head("main", torch.zeros(1, 6, 8, 8))]  # the tuned network is sure of none
    kept, free = (
        float(Restraint(base, recipe, {0}, {}, disputed, half_precise=False)(heads, batch))
        for disputed in ((), (2,))
    )
    assert kept - free > 1
    assert free > 0


def test_disputed_are_undrawn_classes_that_two_polygons_contradict():
    counts = np.array([[9, 1, 0, 0], [0, 9, 0, 0], [0, 0, 8, 1], [1, 0, 8, 0], [0, 0, 4, 5]])
    assert disputed_classes(counts, {0}) == {2}
    assert disputed_classes(counts, {0, 2}) == frozenset()
    assert disputed_classes(counts[:3], {0}) == frozenset()


def test_replay_keeps_what_the_base_sees_on_generated_scenes(tools):
    card = tools.card("maggiori_mlp")
    network = tools.network(card)
    sources = replayed_scenes(card, 6)[:3]
    view = sources[0].cut(sources[0].sampler.draw(np.random.default_rng(0), 128, 128, 0.0))
    image = torch.from_numpy(view.channels)[None]
    drift = []
    for strength in (0.0, 5.0):
        recipe = replace(RECIPE, replay_strength=strength)
        tuning = Tuning(
            network, card, recipe, [tools.scene()], tools.squares(), 20, 0, replay=sources
        )
        finished(tuning)
        with torch.inference_mode():
            before, after = (n(image).softmax(dim=1) for n in (network, tuning.network))
        drift.append(float((after - before).abs().mean()))
    assert drift[1] < 0.7 * drift[0]


def test_predicted_classes_are_counted_inside_the_polygons(tools):
    card = tools.card("maggiori_mlp")
    network = tools.network(card)
    scene = tools.scene(300, 280)
    polygons = (*tools.squares(), tools.square(9, 0, 280, 260))
    counts = scores_at(network, card, [scene], polygons, torch.device("cpu"))
    window = polygons[0].window._replace(row=0, col=0, height=304, width=288)
    with torch.inference_mode():
        labels = network(torch.from_numpy(scene.read(window)[0])[None]).argmax(dim=1)[0]
    for polygon, row in zip(polygons, counts, strict=True):
        found = labels[polygon.window.slices][torch.from_numpy(polygon.mask)]
        assert row.tolist() == torch.bincount(found, minlength=6).tolist()
