# SPDX-License-Identifier: GPL-2.0-or-later
"""How far each network sees, by the spread of a NaN: the halos of the catalog are exact."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.protocol import CATALOG, row_named
from orthoscribe.engine.tiling.grid import padded_size

START = 208  # of the tile, far enough from the border of the strip
WIDTH = 432

# networks.md 10.2: reach to the left, to the right, and need of an aligned tile, in pixels
REACHES = {
    "maggiori_fcn": (83, 82, 76),
    "maggiori_skip": (90, 89, 76),
    "maggiori_mlp": (84, 83, 76),
    "maggiori_unpool_max": (134, 134, 124),
    "maggiori_unpool_avg": (134, 134, 124),
}


def reached(network, column):
    """Return the first and the last output column that a NaN in an input column reaches."""
    image = torch.ones(1, 1, 16, WIDTH)
    image[..., column] = torch.nan
    with torch.no_grad():
        columns = network(image)[0, 0].isnan().any(0).nonzero()
    return int(columns[0]), int(columns[-1])


def seeing(name):
    """Return a network without negative weights, so that nothing cancels or stays unseen."""
    network = build(name, 1, 1).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.abs_()
    return network


# Max unpooling puts a NaN back where it was and reaches less far than its layers could.
exact = pytest.mark.parametrize("name", [name for name in REACHES if name != "maggiori_unpool_max"])


def test_every_network_of_the_catalog_is_measured():
    assert sorted(REACHES) == sorted(row.name for row in CATALOG)


@exact
def test_reach_is_the_published_one(name):
    network = seeing(name)
    spans = [(column, *reached(network, column)) for column in range(START, START + 16)]
    left = max(last - column for column, _, last in spans)
    right = max(column - first for column, first, _ in spans)
    assert (left, right) == REACHES[name][:2]


@exact
def test_halo_is_exact_and_one_stride_less_is_not(name):
    network, row, need = seeing(name), row_named(name), REACHES[name][2]
    assert reached(network, START - need)[1] >= START
    assert reached(network, START - need - 1)[1] < START
    assert row.halo_px == padded_size(need, row.stride_px)
    assert row.halo_px - row.stride_px < need


@pytest.mark.parametrize("name", REACHES)
def test_halo_suffices_on_both_sides_of_a_tile(name):
    network, row = seeing(name), row_named(name)
    last_column = START + row.stride_px - 1  # of a tile of one stride
    assert reached(network, START - row.halo_px - 1)[1] < START
    assert reached(network, last_column + row.halo_px + 1)[0] > last_column
