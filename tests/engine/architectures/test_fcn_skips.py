# SPDX-License-Identifier: GPL-2.0-or-later
"""Bilinear kernels, dense layers made convolutional, stages, scales of skips."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, fold
from orthoscribe.engine.architectures.bilinear import (
    BilinearUpsample,
    LearnedUpsample,
    bilinear_row,
)
from orthoscribe.engine.architectures.fcn.convolutionalize import convolutionalized
from orthoscribe.engine.architectures.fcn.initialization import stage_from, zero_scores
from torch import nn
from torch.nn import functional

NARROW = {"width": "1/16"}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(7)


def narrow(name, bands=3, classes=4, **options):
    return build(name, bands, classes, {**NARROW, **options}).double().eval()


def image(size=64):
    return torch.randn(1, 3, size, size, dtype=torch.float64)


def test_even_kernel_lies_between_two_pixels_and_odd_kernel_on_one():
    assert bilinear_row(4).tolist() == [0.25, 0.75, 0.75, 0.25]
    assert bilinear_row(3).tolist() == [0.5, 1, 0.5]
    even, odd = bilinear_row(64), bilinear_row(63)
    assert even[31] == even[32] == 1 - 0.5 / 32
    assert odd.argmax() == 31
    assert odd[31] == 1
    assert torch.equal(odd, odd.flip(0))


@pytest.mark.parametrize("kernel", [3, 4, 7, 8, 31, 32, 63, 64])
@pytest.mark.parametrize("padding", [0, 1])
def test_upsampling_is_the_transposed_convolution_with_any_kernel(kernel, padding):
    factor = (kernel + 1) // 2
    row = bilinear_row(kernel).double()
    maps = torch.randn(2, 3, 3, 4, dtype=torch.float64)
    expected = functional.conv_transpose2d(
        maps,
        torch.outer(row, row).expand(3, 1, -1, -1),
        stride=factor,
        padding=padding,
        groups=3,
    )
    found = BilinearUpsample(factor, kernel=kernel, padding=padding)(maps)
    torch.testing.assert_close(found, expected)


def test_learned_doubling_starts_bilinear_and_keeps_its_border():
    maps = torch.randn(1, 2, 3, 3)
    learned = LearnedUpsample(2, 2, padding=0)
    assert learned(maps).shape == (1, 2, 8, 8)
    torch.testing.assert_close(learned(maps), BilinearUpsample(2, padding=0)(maps))


def test_dense_layer_becomes_a_convolution():
    dense = nn.Linear(5 * 3 * 3, 7).double()
    conv = nn.Conv2d(5, 7, 3).double()
    with torch.no_grad():
        conv.weight.copy_(convolutionalized(dense.weight, 3))
        conv.bias.copy_(dense.bias)
    maps = torch.randn(2, 5, 6, 4, dtype=torch.float64)
    native = maps[..., :3, :3]
    torch.testing.assert_close(conv(native).flatten(1), dense(native.flatten(1)))
    cells = conv(maps)
    assert cells.shape == (2, 7, 4, 2)
    for row in range(4):
        for col in range(2):
            crop = maps[..., row : row + 3, col : col + 3]
            torch.testing.assert_close(cells[..., row, col], dense(crop.flatten(1)))


def test_dense_layer_of_another_edge_is_refused():
    with pytest.raises(ValueError, match="not a multiple of 7 x 7"):
        convolutionalized(torch.zeros(4, 100), 7)


@pytest.mark.parametrize("interpolation", ["learned", "fixed"])
def test_next_stage_starts_with_the_scores_of_the_one_before(interpolation):
    coarse, finer = narrow("fcn_32s"), narrow("fcn_16s", interpolation=interpolation)
    stage_from(finer, coarse)
    picture = image()
    window = functional.pad(picture, (100,) * 4)
    scores = coarse.head.cells(coarse.features(window))  # of fc7
    doubled = BilinearUpsample(2, padding=0)(scores)
    expected = BilinearUpsample(16, padding=0)(doubled)[..., 27 : 27 + 64, 27 : 27 + 64]
    torch.testing.assert_close(finer(picture), expected)
    assert (finer(picture) - coarse(picture)).abs().max() > 1e-3  # two steps are not one


def test_third_stage_starts_with_the_scores_of_the_second():
    second, third = narrow("fcn_16s"), narrow("fcn_8s_staged")
    nn.init.normal_(second.head.doublings[0].weight)  # as if trained
    stage_from(third, second)
    assert not third.head.scores[2].weight.any()
    picture = image()
    window = functional.pad(picture, (100,) * 4)
    scores = second.head.cells(second.features(window))
    doubled = BilinearUpsample(2, padding=0)(scores)
    expected = BilinearUpsample(8, padding=0)(doubled)[..., 31 : 31 + 64, 31 : 31 + 64]
    torch.testing.assert_close(third(picture), expected)


def test_stage_of_another_network_is_refused():
    with pytest.raises(ValueError, match="does not match"):
        stage_from(narrow("fcn_32s"), narrow("fcn_16s"))
    with pytest.raises(ValueError, match="does not match"):
        stage_from(narrow("fcn_16s", classes=3), narrow("fcn_32s"))


def test_zero_scores_are_zero_and_learn():
    network = narrow("fcn_8s_staged")
    zero_scores(network)
    scores = network(image())
    assert not scores.any()
    functional.cross_entropy(scores, torch.ones(1, 64, 64, dtype=torch.long)).backward()
    assert all(layer.weight.grad.any() for layer in network.head.scores)


def test_scales_of_skips_merge_into_the_weights():
    network = narrow("fcn_8s_at_once").requires_grad_(False)
    assert [layer.scale for layer in network.head.scores] == [1, 0.01, 0.0001]
    for layer in network.head.scores[1:]:
        nn.init.normal_(layer.weight, std=1000)
    picture = image()
    folded = fold(network)
    torch.testing.assert_close(folded(picture), network(picture), rtol=1e-12, atol=1e-12)
    assert [layer.scale for layer in folded.network.head.scores] == [1, 1, 1]
    ratio = folded.network.head.scores[2].weight / network.head.scores[2].weight
    torch.testing.assert_close(ratio, torch.full_like(ratio, 0.0001))


def test_scaled_skip_is_the_scaled_map_scored():
    layer = narrow("fcn_8s_at_once").head.scores[1]
    maps = torch.randn(1, layer.in_channels, 3, 3, dtype=torch.float64)
    plain = functional.conv2d(maps * 0.01, layer.weight, layer.bias)
    torch.testing.assert_close(layer(maps), plain)


def test_fixed_features_get_no_gradient():
    network = narrow("fcn_32s_fixed")
    network(image()).square().mean().backward()
    trained = {name for name, each in network.named_parameters() if each.grad is not None}
    assert trained == {"head.scores.0.weight", "head.scores.0.bias"}


@pytest.mark.parametrize(("name", "shift"), [("fcn_alexnet", -1), ("fcn_8s_staged", 3)])
def test_ways_of_padding_differ_in_where_cells_lie_alone(name, shift):
    released, friendly = narrow(name), narrow(name, padding="same")
    friendly.load_state_dict(released.state_dict())
    picture = image(544)
    moved = torch.roll(picture, shifts=(-shift, -shift), dims=(2, 3))
    middle = slice(256, 288)  # no border is seen from here
    other = slice(middle.start + shift, middle.stop + shift)
    expected = released.forward_core(moved, (middle, middle))
    torch.testing.assert_close(friendly(picture)[..., other, other], expected)
