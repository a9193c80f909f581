# SPDX-License-Identifier: GPL-2.0-or-later
"""Sherrah's networks: parameters, receptive field, and dilation as shift-and-stitch."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters
from orthoscribe.engine.architectures.maggiori.sherrah import (
    DILATED,
    DOWNSAMPLING,
    SherrahTrunk,
    pool,
)
from orthoscribe.engine.protocol import row_named
from torch.nn import functional

NARROW = {"width": "1/16"}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(3)


@pytest.mark.parametrize(
    ("name", "bands", "classes", "expected"),
    [
        ("sherrah_dilation", 4, 5, 3_278_921),
        ("sherrah_dilation", 4, 6, 3_279_946),
        ("sherrah_dilation", 3, 5, 3_278_121),
        ("sherrah_downsampling", 4, 5, 3_278_921),
        ("sherrah_downsampling", 4, 6, 3_279_946),
        ("sherrah_dilation_crf", 4, 5, 3_278_921),
    ],
)
def test_parameters_are_the_published_ones(name, bands, classes, expected):
    with torch.device("meta"):
        assert count_parameters(build(name, bands, classes)) == expected


def test_second_wide_layer_has_the_published_share():
    with torch.device("meta"):
        network = build("sherrah_dilation", 4, 5)
    second = sum(tensor.numel() for tensor in network.trunk.second.parameters())
    assert count_parameters(network) - second == 2_229_321


@pytest.mark.parametrize("dense_pools", ["no", "yes"])
def test_receptive_field_is_99_pixels_with_either_pools(dense_pools):
    network = build("sherrah_dilation", 1, 1, NARROW | {"dense_pools": dense_pools})
    network = network.eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.abs_()
    seen = []
    for column in range(151):
        image = torch.ones(1, 1, 1, 151)
        image[..., column] = torch.nan
        if network(image)[0, 0, 0, 75].isnan():
            seen.append(column)
    assert (seen[0], seen[-1]) == (75 - 49, 75 + 49)


@pytest.mark.parametrize(
    ("strides", "dilations"),
    [(DILATED, [1, 2, 4, 8, 16]), (DOWNSAMPLING, [1] * 5), ((2, 2, 2, 1), [1, 1, 1, 1, 2])],
)
def test_strides_taken_away_dilate_what_follows(strides, dilations):
    trunk = SherrahTrunk(1, strides, width=1 / 16)
    assert [conv.dilation[0] for conv in trunk.convs] == dilations


@pytest.mark.parametrize("kept", [(1, 1, 1, 1), (2, 1, 1, 1), (2, 2, 2, 1)])
def test_dilation_is_shift_and_stitch(kept):
    dilated = SherrahTrunk(2, kept, width=1 / 16).double().eval()
    twin = SherrahTrunk(2, DOWNSAMPLING, width=1 / 16).double().eval()
    twin.load_state_dict(dilated.state_dict())
    image = torch.randn(1, 2, 192, 192, dtype=torch.float64)
    stride = 2 ** (kept.count(2))
    with torch.no_grad():
        whole = dilated(image)
        for row, col in ((0, 0), (stride * (8 // stride), 0), (16 - stride, 16 - stride)):
            shifted = twin(image[..., row : row + 176, col : col + 176])  # (1, C, 11, 11)
            stitched = whole[..., row // stride :: 16 // stride, col // stride :: 16 // stride]
            inside = slice(4, 7)  # 64 pixels and more from any border
            torch.testing.assert_close(
                shifted[..., inside, inside], stitched[..., inside, inside], rtol=0, atol=1e-12
            )


@pytest.mark.parametrize("dilation", [1, 2, 4, 8])
def test_dilated_pool_takes_the_maximum_of_nine(dilation):
    maps = torch.rand(1, 2, 20, 24)
    bordered = functional.pad(maps, (dilation,) * 4)
    shifts = [
        bordered[..., row : row + 20, col : col + 24]
        for row in range(0, 2 * dilation + 1, dilation)
        for col in range(0, 2 * dilation + 1, dilation)
    ]
    assert torch.equal(pool(maps, 1, dilation), torch.stack(shifts).amax(0))


@pytest.mark.parametrize(("dilation", "window"), [(1, 3), (2, 5), (4, 9), (8, 17)])
def test_dense_pool_takes_the_maximum_of_its_whole_window(dilation, window):
    maps = torch.rand(1, 2, 20, 24)
    expected = functional.max_pool2d(maps, window, 1, window // 2)
    assert torch.equal(pool(maps, 1, dilation, dense=True), expected)


def test_dense_pools_give_other_scores():
    image = torch.randn(1, 4, 48, 48)
    networks = [
        build("sherrah_dilation", 4, 5, NARROW | {"dense_pools": choice})
        for choice in ("no", "yes")
    ]
    networks[1].load_state_dict(networks[0].state_dict())
    with torch.no_grad():
        assert not torch.equal(networks[0](image), networks[1](image))


def test_twin_predicts_at_a_sixteenth_of_the_resolution():
    network = build("sherrah_downsampling", 4, 5, NARROW)
    assert network.trunk(torch.zeros(1, 4, 64, 96)).shape[-2:] == (4, 6)


def test_crf_is_left_out_in_training_and_makes_labels_even():
    network = build("sherrah_dilation_crf", 4, 5, NARROW)
    image = torch.randn(1, 4, 24, 32)
    with torch.no_grad():
        assert torch.equal(network.train()(image), network.unary(image))
        refined = network.eval()(image)
    torch.testing.assert_close(refined.exp().sum(1), torch.ones(1, 24, 32))


def test_local_crf_makes_the_dilation_network_tileable():
    options = NARROW | {"crf": "local"}
    row = row_named("sherrah_dilation_crf")
    assert row.geometry({}).halo_px is None
    halo = row.geometry(options).halo_px
    assert halo == 64
    network = build(row.name, 4, 3, options).double().eval()
    image = torch.randn(1, 4, 24, 3 * halo, dtype=torch.float64)
    with torch.no_grad():
        whole, tile = network(image), network(image[..., : 2 * halo])
    difference = (whole[..., : 2 * halo] - tile).abs().amax((0, 1, 2))
    assert difference[:halo].max() < 1e-12
    assert difference[halo:].max() > 1e-9
