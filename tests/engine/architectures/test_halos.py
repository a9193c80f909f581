# SPDX-License-Identifier: GPL-2.0-or-later
"""How far each network sees, by the spread of a NaN: the halos of the catalog are exact.

Every network is measured at a sixteenth of its width, on a strip one stride high, with weights
that are all positive, so that nothing cancels or stays unseen.
"""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.protocol import CATALOG, row_named
from orthoscribe.engine.tiling.grid import padded_size

# Reach to the left, to the right, and need of an aligned tile, in pixels: networks whose
# published reach is for the layers as they are built here.
REACHES = {
    "maggiori_fcn": (83, 82, 76),
    "maggiori_skip": (90, 89, 76),
    "maggiori_mlp": (84, 83, 76),
    "maggiori_mlp_release128": (84, 83, 76),
    "maggiori_unpool_max": (134, 134, 124),
    "maggiori_unpool_avg": (134, 134, 124),
    "sherrah_dilation": (49, 49, 49),
    "sherrah_downsampling": (72, 57, 65),
    "volpi_tuia_deconv": (45, 45, 39),
    "cnn_rf": (83, 82, 76),
    "vgg_dsm": (233, 233, 218),
    "vgg_dsm_dilation": (197, 197, 194),
    "yk_frontend": (197, 197, 194),
    "yk_context_basic": (461, 461, 458),
    "yk_context_large": (461, 461, 458),
    "deeplab_largefov": (220, 213, 217),
    "deeplab_msc": (220, 213, 217),
    "fcn_alexnet": (208, 208, 196),
    "fcn_32s": (233, 233, 221),
    "fcn_16s": (241, 241, 221),
    "fcn_8s_staged": (245, 245, 221),
    "fcn_8s_at_once": (245, 245, 221),
    "fcn_32s_fixed": (233, 233, 221),
    "fcn_pool5": (137, 137, 125),
    "fcn_pool4": (65, 65, 61),
    "fcn_pool3": (29, 29, 29),
    "fcn_googlenet": (374, 403, 388),
    "fcn_rgbd_early": (233, 233, 221),
    "fcn_hha": (236, 236, 224),
    "fcn_rgb_hha_late": (233, 233, 221),
    "fcn_two_headed": (245, 245, 221),
    "fcn_null_background": (233, 233, 221),
    "ldn121": (1590, 1587, 1533),
    "ldn169": (2486, 2483, 2429),
    "ldn169_split34": (4598, 4595, 4477),
    "ldn121_single_loss": (1590, 1587, 1533),
    "ladder_resnet50": (366, 335, 341),
    "dilated8_densenet121": (1054, 1051, 1053),
    "dilated8_resnet50": (270, 263, 269),
    "densenet121_32x": (1132, 1129, 1117),
    "resnet50_32x": (324, 293, 309),
    "frrn_a": (240, 240, 228),
    "frrn_b": (464, 464, 436),
    "frrn_resnet_baseline": (240, 240, 228),
}

# Max unpooling puts a NaN back where it was and reaches less far than its layers could.
SHORTER = {"maggiori_unpool_max"}

tileable = pytest.mark.parametrize(
    "row", [row for row in CATALOG if row.halo_px is not None], ids=lambda row: row.name
)
exact = pytest.mark.parametrize(
    "row",
    [row for row in CATALOG if row.halo_px is not None and row.name not in SHORTER],
    ids=lambda row: row.name,
)


def seeing(name):
    """Return a network without negative weights, so that nothing cancels or stays unseen."""
    network = build(name, 4, 2, {"width": "1/16"}).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.abs_()
        if parameter.dim() > 1:  # a channel's weights sum to one at most, or deep networks overflow
            parameter.div_(parameter.flatten(1).sum(1).max())
    return network


def reached(network, row, column, width):
    """Return the first and the last output column that a NaN in an input column reaches."""
    image = torch.ones(1, 4, max(row.stride_px, 32), width)
    image[..., column] = torch.nan
    with torch.no_grad():
        columns = network(image)[0].isnan().any(0).any(0).nonzero()
    return int(columns[0]), int(columns[-1])


def tile_start(row):
    """Return an aligned column farther from the strip's border than any network of it sees."""
    return row.halo_px + 3 * row.stride_px + padded_size(32, row.stride_px)


def strip_width(row):
    return 2 * tile_start(row) + row.stride_px


@tileable
def test_network_is_measured(row):
    assert row.halo_px == padded_size(REACHES[row.name][2], row.stride_px)


@pytest.mark.parametrize("name", ["maggiori_fcn", "maggiori_skip", "maggiori_mlp"])
def test_reach_over_all_phases_is_the_published_one(name):
    network, row = seeing(name), row_named(name)
    start = tile_start(row)
    spans = [
        (column, *reached(network, row, column, strip_width(row)))
        for column in range(start, start + row.stride_px)
    ]
    left = max(last - column for column, _, last in spans)
    right = max(column - first for column, first, _ in spans)
    assert (left, right) == REACHES[name][:2]


@exact
def test_need_is_exact_to_the_pixel(row):
    network, need, start = seeing(row.name), REACHES[row.name][2], tile_start(row)
    last = start + row.stride_px - 1  # of a tile of one stride
    width = strip_width(row)
    before = [reached(network, row, start - distance, width)[1] for distance in (need, need + 1)]
    after = [reached(network, row, last + distance, width)[0] for distance in (need, need + 1)]
    touched = [before[0] >= start or after[0] <= last, before[1] >= start or after[1] <= last]
    assert touched == [True, False]


@tileable
def test_halo_suffices_on_both_sides_of_a_tile(row):
    network, start, width = seeing(row.name), tile_start(row), strip_width(row)
    last = start + row.stride_px - 1  # of a tile of one stride
    assert reached(network, row, start - row.halo_px - 1, width)[1] < start
    assert reached(network, row, last + row.halo_px + 1, width)[0] > last


@tileable
def test_tiles_at_both_ends_equal_the_whole_strip(row):
    torch.manual_seed(3)
    network = build(row.name, 4, 2, {"width": "1/16"}).double().eval().requires_grad_(False)
    stride, halo = row.stride_px, row.halo_px
    height, core = max(stride, 32), padded_size(32, stride)
    width = halo + 3 * core
    strip = torch.randn(1, 4, height, width, dtype=torch.float64)
    whole = network(strip)
    bound = 1e-9 * max(1.0, float(whole.abs().max()))
    first = network(strip[..., : core + halo])[..., :core]
    assert (first - whole[..., :core]).abs().max() < bound
    last = network(strip[..., width - core - halo :])[..., -core:]
    assert (last - whole[..., -core:]).abs().max() < bound
