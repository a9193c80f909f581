# SPDX-License-Identifier: GPL-2.0-or-later
"""Tiles must start on multiples of the stride: elsewhere pools see other pixels together.

A wrong phase is a loud error, a halo that is a little short a quiet one.
"""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.protocol import row_named

CORE_PX = 32


def strip_and_scores(name):
    """Return a network, a strip with room on both sides of its core, and the core's scores."""
    row = row_named(name)
    torch.manual_seed(41)
    network = build(name, 4, 5, {"width": "1/8"}).double().eval().requires_grad_(False)
    strip = torch.randn(1, 4, CORE_PX, 3 * row.halo_px + 2 * CORE_PX, dtype=torch.float64)
    core = slice(2 * row.halo_px, 2 * row.halo_px + CORE_PX)
    return network, strip, core, network(strip)[..., core]


def scores_from(network, strip, start, core):
    """Return the scores of the core by a window that starts somewhere before it."""
    length = (strip.shape[3] - start) // CORE_PX * CORE_PX
    window = strip[..., start : start + length]
    return network(window)[..., core.start - start : core.stop - start]


@pytest.mark.parametrize("name", ["maggiori_fcn", "frrn_a"])
def test_unaligned_start_gives_other_scores_however_wide_the_halo(name):
    network, strip, core, expected = strip_and_scores(name)
    halo_px = row_named(name).halo_px
    scale = float(expected.abs().max())
    aligned = scores_from(network, strip, core.start - halo_px, core)
    assert (aligned - expected).abs().max() < 1e-12 * scale
    for extra in (1, 8):
        unaligned = scores_from(network, strip, core.start - halo_px - extra, core)
        assert (unaligned - expected).abs().max() > 1e-3 * scale


def test_a_network_without_stride_can_start_anywhere():
    network, strip, core, expected = strip_and_scores("sherrah_dilation")
    halo_px = row_named("sherrah_dilation").halo_px
    for extra in (0, 1, 5):
        found = scores_from(network, strip, core.start - halo_px - extra, core)
        torch.testing.assert_close(found, expected)
