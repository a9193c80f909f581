# SPDX-License-Identifier: GPL-2.0-or-later
"""Training Ladder DenseNet: two losses, frozen batch norms, two devices."""

from __future__ import annotations

import copy

import pytest
import torch
from orthoscribe.engine.architectures import (
    build,
    count_parameters,
    count_trained,
    fold,
    training_heads,
)
from orthoscribe.engine.architectures.frozen_norms import FrozenNorm, freeze_norms
from orthoscribe.engine.architectures.ladder.two_devices import place_on_two
from torch import nn
from torch.nn import functional

CPU = torch.device("cpu")


def narrow(name="ldn121", **options):
    torch.manual_seed(6)
    return build(name, 4, 5, {"width": "1/16", **options})


def labeled(pixels=128):
    torch.manual_seed(7)
    return torch.randn(2, 4, pixels, pixels), torch.randint(5, (2, pixels, pixels))


def loss_of(network, image, labels):
    """Return the weighted sum of the heads' cross entropies."""
    return sum(
        head.weight * functional.cross_entropy(head.scores, labels)
        for head in training_heads(network, image)
    )


@pytest.mark.parametrize(
    "name",
    ["ldn121", "ldn169_split34", "ldn169_spp", "ladder_resnet50", "dilated8_densenet121"],
)
def test_loss_is_seven_tenths_main_and_three_tenths_auxiliary(name):
    network, (image, labels) = narrow(name).eval().requires_grad_(False), labeled()
    main, auxiliary = training_heads(network, image)
    assert (main.name, main.weight) == ("main", 0.7)
    assert (auxiliary.name, auxiliary.weight) == ("auxiliary", 0.3)
    assert main.scores.shape == auxiliary.scores.shape == (2, 5, 128, 128)
    expected = 0.7 * functional.cross_entropy(
        network(image), labels
    ) + 0.3 * functional.cross_entropy(auxiliary.scores, labels)
    assert float(loss_of(network, image, labels)) == pytest.approx(float(expected), rel=1e-6)


@pytest.mark.parametrize("name", ["ldn121_single_loss", "densenet121_32x", "resnet50_32x"])
def test_single_loss_has_the_whole_weight(name):
    network, (image, _) = narrow(name).eval(), labeled()
    (main,) = training_heads(network, image)
    assert (main.name, main.weight) == ("main", 1.0)
    assert torch.equal(main.scores, network(image))


def test_auxiliary_head_reads_the_context_at_the_coarsest_stride():
    network, seen = narrow().eval(), []
    network.auxiliary.register_forward_hook(lambda _, __, scores: seen.append(scores.shape))
    network.heads(labeled()[0])
    assert seen == [(2, 5, 2, 2)]


def test_auxiliary_head_is_unused_in_inference():
    network = narrow().eval()
    network.auxiliary.register_forward_pre_hook(lambda *_: pytest.fail("the auxiliary head ran"))
    image = labeled()[0]
    with torch.no_grad():
        network(image)
        fold(network)(image)


def statistics(network):
    return {name: buffer.clone() for name, buffer in network.named_buffers()}


def train_one_step(network):
    network.train()
    image, labels = labeled()
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=0.1)
    loss_of(network, image, labels).backward()
    optimizer.step()


def test_training_step_moves_running_statistics_unless_frozen():
    free = narrow()
    before = statistics(free)
    train_one_step(free)
    assert any(not torch.equal(value, before[name]) for name, value in statistics(free).items())


@pytest.mark.parametrize("name", ["ldn121", "ladder_resnet50"])
def test_training_step_leaves_frozen_statistics_alone(name):
    network = narrow(name)
    train_one_step(network)
    freeze_norms(network)
    before, weight = statistics(network), network.main.weight.clone()
    train_one_step(network)
    assert not torch.equal(network.main.weight, weight)
    after = statistics(network)
    assert after.keys() == before.keys()
    assert all(torch.equal(value, before[name]) for name, value in after.items())


def test_frozen_network_scores_the_same_in_training_and_evaluation():
    network, (image, _) = narrow(), labeled()
    train_one_step(network)
    expected = network.eval()(image)
    freeze_norms(network)
    assert torch.equal(network.train()(image), expected)
    assert network.training


def test_freezing_keeps_names_and_tensors():
    network = narrow()
    names, tensors = list(network.state_dict()), [id(p) for p in network.parameters()]
    freeze_norms(network)
    freeze_norms(network)
    assert list(network.state_dict()) == names
    assert [id(p) for p in network.parameters()] == tensors
    norms = [each for each in network.modules() if isinstance(each, nn.BatchNorm2d)]
    assert norms
    assert all(type(each) is FrozenNorm for each in norms)


@pytest.mark.parametrize("affine_too", [False, True])
def test_frozen_affine_part_learns_unless_told_otherwise(affine_too):
    network = narrow()
    freeze_norms(network, affine_too=affine_too)
    norm = network.trunk.norm0
    before = norm.weight.clone()
    train_one_step(network)
    assert torch.equal(norm.weight, before) == affine_too
    affine = sum(2 * m.num_features for m in network.modules() if isinstance(m, nn.BatchNorm2d))
    assert count_parameters(network) - count_trained(network) == (affine if affine_too else 0)


def test_frozen_norms_fold():
    network, (image, _) = narrow(), labeled()
    train_one_step(network)
    freeze_norms(network)
    folded = fold(network)
    assert not any(isinstance(each, nn.BatchNorm2d) for each in folded.modules())
    torch.testing.assert_close(folded(image), network(image), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["ldn121", "ldn169_split34", "ladder_resnet50"])
@pytest.mark.parametrize("within_third", [False, True])
def test_network_on_two_devices_learns_what_the_plain_one_learns(name, within_third):
    plain, (image, labels) = narrow(name), labeled()
    spread = copy.deepcopy(plain)
    place_on_two(spread, CPU, CPU, within_third=within_third)
    losses = [loss_of(network, image, labels) for network in (plain, spread)]
    assert torch.equal(*losses)
    for loss in losses:
        loss.backward()
    for (name, one), other in zip(plain.named_parameters(), spread.parameters(), strict=True):
        assert torch.equal(one.grad, other.grad), name


FINE = ("conv0", "norm0", "denseblock1", "transition1", "denseblock2")


@pytest.mark.parametrize("name", ["ldn121", "ldn169_split34", "ldn169_spp"])
@pytest.mark.parametrize("within_third", [False, True])
def test_maps_move_between_two_devices_at_the_cut(name, within_third):
    """The second device is one that holds no numbers, but that refuses tensors of others."""
    network = narrow(name).eval()
    place_on_two(network, CPU, torch.device("meta"), within_third=within_third)
    half = len(network.trunk.denseblock3) // 2
    fine = [f"trunk.{part}." for part in FINE]
    if within_third:
        layers = [f"trunk.denseblock3.denselayer{layer + 1}." for layer in range(half)]
        fine += ["trunk.transition2.", *layers]
    for name, parameter in network.named_parameters():
        assert parameter.is_meta != name.startswith(tuple(fine)), name
    scores = network(labeled()[0])
    assert scores.is_meta
    assert scores.shape == (2, 5, 128, 128)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_network_on_processor_and_gpu_learns_what_the_plain_one_learns():
    plain, (image, labels) = narrow().double(), labeled()
    image, spread, gpu = image.double(), copy.deepcopy(plain), torch.device("cuda")
    place_on_two(spread, CPU, gpu)
    losses = [loss_of(plain, image, labels), loss_of(spread, image, labels.to(gpu))]
    torch.testing.assert_close(losses[0], losses[1].cpu(), rtol=1e-9, atol=0)
    for loss in losses:
        loss.backward()
    for one, other in zip(plain.parameters(), spread.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad.cpu(), rtol=1e-6, atol=1e-9)
