# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps of every recipe on small networks: what is changed, by how much, and what is not."""

import copy
from dataclasses import replace

import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol.catalog.recipes import (
    RECIPES,
    CrossEntropy,
    Optimizer,
    Sampling,
    Stage,
    TrainingRecipe,
    recipe_named,
)
from orthoscribe.engine.training.forward import Heads, cell_heads
from orthoscribe.engine.training.losses import objective_of
from orthoscribe.engine.training.steps import Batch, StageTraining, train_step
from torch import nn

PLAIN = TrainingRecipe(
    "plain", "Plain", "nowhere", Sampling(batch=1), Optimizer("sgd", momentum=0.9),
    stages=(Stage(0.1, steps=10),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def plain_network():
    """Return a network without batch norm."""
    return nn.Sequential(nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 3, 1))


def batch(images=2, size=32, classes=3):
    truth = torch.randint(0, classes, (images, size, size))
    truth[:, :4] = IGNORED
    return Batch(torch.randn(images, 4, size, size), {"main": truth})


def training_of(network, recipe=PLAIN, stage=None, **others):
    return StageTraining(network, recipe, stage or recipe.stages[-1], 10, **others)


def changes(network, training, *batches):
    """Return which parameters one step changes, by name."""
    before = {name: value.clone() for name, value in network.named_parameters()}
    training.step(batches)
    return {n for n, value in network.named_parameters() if not torch.equal(value, before[n])}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
@pytest.mark.parametrize("architecture", ["maggiori_skip", "ldn121"])
def test_every_recipe_makes_a_step_on_every_kind_of_network(recipe, architecture):
    network = build(architecture, 4, 3, {"width": "1/16"})
    stage = replace(recipe.stages[-1], frozen=(), learning_rate=1e-4)
    training = StageTraining(network, recipe, stage, 10)
    size = 64 if architecture == "ldn121" else 32
    first = training.learning_rate
    changed = changes(network, training, batch(size=size), batch(size=size))
    trained = {name for name, value in network.named_parameters() if value.requires_grad}
    assert changed <= trained
    assert len(changed) > 0.9 * len(trained)
    assert training.done == 1
    assert first > 0


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_images_one_by_one_step_like_their_batch(reduction):
    one_by_one = plain_network().double()
    together = copy.deepcopy(one_by_one)
    recipe = replace(PLAIN, loss=CrossEntropy(reduction), stages=(Stage(1e-3, steps=10),))
    trainings = [training_of(network, recipe) for network in (one_by_one, together)]
    for _ in range(3):
        images, truths, _ = batch(images=5)
        images = images.double()
        parts = [Batch(images[i : i + 1], {"main": truths["main"][i : i + 1]}) for i in range(5)]
        losses = trainings[0].step(parts), trainings[1].step([Batch(images, truths)])
        assert losses[0] == pytest.approx(losses[1])
    for name, value in one_by_one.named_parameters():
        torch.testing.assert_close(value, dict(together.named_parameters())[name])


def test_training_learns_a_plain_rule():
    network = plain_network()
    training = training_of(network)
    losses = []
    for _ in range(60):
        images = torch.randn(2, 4, 16, 16)
        losses.append(training.step([Batch(images, {"main": images[:, :3].argmax(1)})]))
    assert losses[-1] < 0.8 * losses[0]


def test_rates_fall_while_steps_are_made():
    recipe = recipe_named("ladder")
    training = training_of(plain_network(), recipe)
    rates = []
    for _ in range(5):
        rates.append(training.learning_rate)
        training.step([batch(1)])
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == 5e-4
    assert training.learning_rate == pytest.approx(5e-4 * 0.5**1.5)


def test_second_head_learns_with_its_weight():
    network = build("ldn121", 4, 3, {"width": "1/16"})
    changed = changes(network, training_of(network), batch(size=64))
    assert {"auxiliary.weight", "main.weight"} <= changed


def test_second_task_learns_only_where_it_has_a_truth():
    network = build("fcn_two_headed", 4, 3, {"width": "1/16", "padding": "same"})
    geometry = {name for name, _ in network.named_parameters() if name.startswith("geometry.")}
    images, truths, _ = batch(1)
    assert not geometry & changes(network, training_of(network), Batch(images, truths))
    both = {**truths, "geometry": torch.randint(0, 3, (1, 32, 32))}
    assert geometry & changes(network, training_of(network), Batch(images, both))


def test_pretrained_weights_move_less():
    slow, fast = plain_network(), plain_network()
    fast.load_state_dict(slow.state_dict())
    start = slow[0].weight.detach().clone()
    recipe = replace(PLAIN, optimizer=Optimizer("sgd", pretrained_divisor=5.0))
    given = batch()
    training_of(slow, recipe, pretrained=["0.weight"]).step([given])
    training_of(fast, recipe).step([given])
    torch.testing.assert_close(5 * (slow[0].weight - start), fast[0].weight - start)
    torch.testing.assert_close(slow[2].weight, fast[2].weight)


def test_frozen_parts_neither_learn_nor_drop():
    network = nn.Sequential()
    network.add_module("front_end", nn.Sequential(nn.Conv2d(4, 3, 1), nn.Dropout(0.5)))
    network.add_module("context", nn.Conv2d(3, 3, 3, padding=1))
    training = training_of(network, stage=Stage(0.1, steps=10, frozen=("front_end",)))
    assert changes(network, training, batch()) == {"context.weight", "context.bias"}
    assert network.context.training
    assert not network.front_end.training


@pytest.mark.parametrize("frozen", [True, False])
def test_frozen_norms_keep_their_statistics_in_a_step(frozen):
    network = build("maggiori_skip", 4, 3, {"width": "1/8"})
    before = {n: value.clone() for n, value in network.named_buffers() if "running" in n}
    training = training_of(network, replace(PLAIN, frozen_norms=frozen))
    training.step([batch()])
    kept = [torch.equal(value, before[n]) for n, value in network.named_buffers() if n in before]
    assert kept
    assert all(kept) is frozen
    assert any(kept) is frozen


def test_context_module_learns_at_the_cells_of_the_network():
    network = build("yk_context_basic", 4, 3, {"width": "1/16"})
    recipe = recipe_named("yk_context")
    stage = recipe.stages_for("yk_context_basic")[-1]
    images, truths, _ = batch(1)
    expected = truths["main"][:, ::8, ::8]
    at_cells = StageTraining(copy.deepcopy(network), recipe, stage, 10)
    objective = objective_of(recipe.loss)
    at_cells.network.train()
    at_cells.network.front_end.eval()
    (head,) = cell_heads(at_cells.network, images)
    assert head.scores.shape == (1, 3, 4, 4)
    loss = objective.total(head.scores, expected) / objective.divisor([expected])
    assert at_cells.step([Batch(images, truths)]) == pytest.approx(loss.item())
    everywhere = StageTraining(network, recipe.varied("upsampled"), stage, 10)
    assert everywhere.step([Batch(images, truths)]) != pytest.approx(loss.item())


def test_networks_without_cells_learn_at_every_pixel():
    with pytest.raises(TypeError, match="Sequential"):
        cell_heads(plain_network(), torch.randn(1, 4, 8, 8))
    training_of(plain_network(), recipe_named("yk_frontend")).step([batch()])


def test_loss_sampling_repeats_itself_with_its_generator():
    recipe = replace(PLAIN, sampling=Sampling(batch=1, kept_share=0.25))
    network, given = plain_network(), batch()
    losses = []
    for number in (1, 1, 2):
        generator = torch.Generator().manual_seed(number)
        training = training_of(copy.deepcopy(network), recipe, generator=generator)
        losses.append(training.step([given]))
    assert losses[0] == losses[1] != losses[2]


def test_averaged_weights_follow_slowly():
    network = plain_network()
    training = training_of(network, replace(PLAIN, averaging=0.9))
    training.step([batch()])
    start = copy.deepcopy(network.state_dict())
    training.step([batch()])
    for name, value in training.trained.named_parameters():
        expected = 0.9 * start[name] + 0.1 * network.state_dict()[name]
        torch.testing.assert_close(value, expected)
    assert not training.trained.training
    assert network.training


def test_without_an_average_the_network_itself_is_trained():
    network = plain_network()
    assert training_of(network).trained is network


def test_step_says_the_loss_before_it():
    network = plain_network()
    given = batch()
    objective = objective_of(CrossEntropy())
    expected = nn.functional.cross_entropy(
        network(given.images), given.truths["main"], ignore_index=IGNORED
    )
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    assert train_step(Heads(network), optimizer, [given], objective) == pytest.approx(
        expected.item()
    )


def test_penalty_is_added_to_the_loss():
    network = plain_network()
    other = copy.deepcopy(network)
    one = batch()
    plain = training_of(network).step([one])
    found = training_of(other, penalty=lambda heads, _: heads[0].scores.sum() * 0 + 3).step([one])
    assert found == pytest.approx(plain + 3)


def test_gradient_is_clipped_to_its_norm():
    network = plain_network()
    before = {name: value.clone() for name, value in network.named_parameters()}
    recipe = replace(PLAIN, optimizer=Optimizer("sgd", max_norm=1e-3))
    training_of(network, recipe).step([batch()])
    moved = sum(((v - before[n]) ** 2).sum() for n, v in network.named_parameters()) ** 0.5
    assert float(moved) == pytest.approx(0.1 * 1e-3, rel=0.02)
