# SPDX-License-Identifier: GPL-2.0-or-later
"""Gradients in blocks are those of a plain step, and so are the statistics of batch norms."""

from __future__ import annotations

import copy

import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.architectures.frrn.checkpointing import backward_in_blocks
from orthoscribe.engine.protocol import row_named
from torch import nn
from torch.nn import functional

BLOCKS = {"frrn_a": 2, "frrn_b": 5, "frrn_resnet_baseline": 2}
every_network = pytest.mark.parametrize("name", BLOCKS)


def narrow(name, dtype=torch.float64):
    torch.manual_seed(21)
    return build(name, 4, 5, {"width": "1/8"}).to(dtype).train()


def batch_for(name, dtype=torch.float64):
    torch.manual_seed(22)
    stride = row_named(name).stride_px
    image = torch.randn(2, 4, 2 * stride, 2 * stride, dtype=dtype)
    labels = torch.randint(5, (2, 2 * stride, 2 * stride))
    return image, lambda scores: functional.cross_entropy(scores, labels)


def gradients(network):
    return torch.cat([each.grad.flatten() for each in network.parameters()])


def plain_step(network, image, loss_of):
    loss = loss_of(network(image))
    loss.backward()
    return loss.detach()


@every_network
def test_network_is_cut_where_the_authors_cut_it(name):
    network = narrow(name)
    blocks = network.blocks()
    assert len(blocks) == BLOCKS[name]
    assert [stage for block in blocks for stage in block] == list(network.stages)
    if name == "frrn_b":
        assert [len(block) for block in blocks] == [1, 1, 4, 4, 1]


@every_network
@pytest.mark.parametrize(("dtype", "relative"), [(torch.float32, 1e-5), (torch.float64, 1e-12)])
def test_loss_and_gradients_are_those_of_a_plain_step(name, dtype, relative):
    plain = narrow(name, dtype)
    blockwise = copy.deepcopy(plain)
    image, loss_of = batch_for(name, dtype)
    expected = plain_step(plain, image, loss_of)
    found = backward_in_blocks(blockwise, image, loss_of)
    assert found == expected
    assert not found.requires_grad
    bound = relative * float(gradients(plain).abs().max())
    torch.testing.assert_close(gradients(blockwise), gradients(plain), rtol=0, atol=bound)


@every_network
def test_batch_norms_count_the_batch_once(name):
    plain = narrow(name)
    blockwise = copy.deepcopy(plain)
    image, loss_of = batch_for(name)
    plain_step(plain, image, loss_of)
    backward_in_blocks(blockwise, image, loss_of)
    expected = dict(plain.named_buffers())
    assert expected
    for key, value in blockwise.named_buffers():
        assert torch.equal(value, expected[key]), key
        assert not key.endswith("num_batches_tracked") or value == 1


def test_batch_norms_go_on_counting_afterwards():
    network = narrow("frrn_b")
    image, loss_of = batch_for("frrn_b")
    backward_in_blocks(network, image, loss_of)
    network(image)
    norms = [each for each in network.modules() if isinstance(each, nn.BatchNorm2d)]
    assert {int(each.num_batches_tracked) for each in norms} == {2}


def test_frozen_batch_norms_stay_frozen():
    network = narrow("frrn_b").eval()
    before = {key: value.clone() for key, value in network.named_buffers()}
    image, loss_of = batch_for("frrn_b")
    expected = copy.deepcopy(network)
    plain_step(expected, image, loss_of)
    backward_in_blocks(network, image, loss_of)
    assert all(torch.equal(value, before[key]) for key, value in network.named_buffers())
    torch.testing.assert_close(gradients(network), gradients(expected), rtol=0, atol=1e-12)


def test_gradients_add_to_those_that_are_there():
    network = narrow("frrn_a")
    image, loss_of = batch_for("frrn_a")
    backward_in_blocks(network, image, loss_of)
    once = gradients(network)
    backward_in_blocks(network, image, loss_of)
    torch.testing.assert_close(gradients(network), 2 * once)


def test_network_without_a_cut_takes_a_plain_step():
    network = narrow("frrn_a")
    image, loss_of = batch_for("frrn_a")
    network.cuts = ()
    backward_in_blocks(network, image, loss_of)
    found = gradients(network)
    network.zero_grad()
    plain_step(network, image, loss_of)
    assert torch.equal(found, gradients(network))


def test_blocks_keep_less_for_the_way_back():
    network = narrow("frrn_b", torch.float32)
    image, loss_of = batch_for("frrn_b", torch.float32)
    plain, blockwise = (
        most_kept(lambda step=step: step(network, image, loss_of))
        for step in (plain_step, backward_in_blocks)
    )
    assert blockwise < 0.5 * plain


def most_kept(step):
    """Return the most bytes that autograd keeps at a time during a step."""
    now, most = 0, 0

    class Kept:
        def __init__(self, tensor):
            nonlocal now, most
            self.tensor = tensor
            now += tensor.nbytes
            most = max(most, now)

        def __del__(self):
            nonlocal now
            now -= self.tensor.nbytes

    with torch.autograd.graph.saved_tensors_hooks(Kept, lambda kept: kept.tensor):
        step()
    return most
