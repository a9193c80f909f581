# SPDX-License-Identifier: GPL-2.0-or-later
"""Bilinear upsampling and unpooling: what is equal to what, and what is not."""

from __future__ import annotations

import doctest

import pytest
import torch
from orthoscribe.engine.architectures import bilinear
from orthoscribe.engine.architectures.bilinear import (
    BilinearUpsample,
    LearnedUpsample,
    bilinear_kernel,
)
from orthoscribe.engine.architectures.maggiori.unpool import (
    pool_average,
    pool_max,
    unpool_average,
    unpool_max,
)
from torch.nn import functional


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(3)


def test_examples_in_docstrings_are_true():
    assert doctest.testmod(bilinear).failed == 0


def test_kernel_is_that_of_the_fcn_paper():
    row = torch.tensor([0.25, 0.75, 0.75, 0.25])
    assert torch.equal(bilinear_kernel(2), torch.outer(row, row))


def test_kernel_of_factor_32_peaks_around_31_and_a_half():
    row = bilinear_kernel(32).sum(0)
    assert torch.equal(row, row.flip(0))
    assert row.argmax() in (31, 32)
    assert (row[:32].diff() > 0).all()


@pytest.mark.parametrize("factor", [2, 4, 8, 16])
def test_upsample_is_the_transposed_convolution(factor):
    maps = torch.randn(2, 3, 5, 7)
    expected = functional.conv_transpose2d(
        maps,
        bilinear_kernel(factor).expand(3, 1, -1, -1),
        stride=factor,
        padding=factor // 2,
        groups=3,
    )
    torch.testing.assert_close(BilinearUpsample(factor)(maps), expected)
    torch.testing.assert_close(LearnedUpsample(3, factor)(maps), expected)


@pytest.mark.parametrize(("factor", "weight"), [(2, 0.75), (4, 0.625), (8, 0.5625), (16, 0.53125)])
def test_upsample_fades_at_the_border_like_caffe(factor, weight):
    large = BilinearUpsample(factor)(torch.ones(1, 1, 4, 4))[0, 0]
    middle = large.shape[0] // 2
    assert large[0, middle] == weight
    assert large[0, 0] == weight**2
    assert large[middle, middle] == 1


def test_two_doublings_are_not_one_upsampling_by_four():
    maps = torch.randn(1, 1, 8, 8)
    twice = BilinearUpsample(2)(BilinearUpsample(2)(maps))
    assert (twice - BilinearUpsample(4)(maps)).abs().max() > 0.05


def test_nearest_upsampling_nests():
    maps = torch.randn(1, 1, 4, 4)
    twice = functional.interpolate(functional.interpolate(maps, scale_factor=2), scale_factor=2)
    assert torch.equal(twice, functional.interpolate(maps, scale_factor=4))


def test_max_unpooling_keeps_one_value_of_each_cell_in_its_place():
    maps = torch.rand(1, 2, 6, 8) + 1
    spread = unpool_max(*pool_max(maps))
    cells = spread.unfold(2, 2, 2).unfold(3, 2, 2).flatten(4)  # (1, 2, 3, 4, 4)
    assert ((cells > 0).sum(-1) == 1).all()
    assert torch.equal(cells.amax(-1), functional.max_pool2d(maps, 2))
    assert torch.equal(spread[spread > 0], maps[spread > 0])


def test_average_unpooling_keeps_the_sum_of_each_cell():
    maps = torch.randn(1, 2, 3, 4)
    torch.testing.assert_close(functional.avg_pool2d(unpool_average(maps), 2) * 4, maps)
    pooled, places = pool_average(unpool_average(maps))
    assert places is None
    torch.testing.assert_close(pooled * 4, maps)
