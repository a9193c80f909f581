# SPDX-License-Identifier: GPL-2.0-or-later
"""Volpi and Tuia's network: parameters, sizes, learned doublings."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters, fold

NARROW = {"width": "1/16"}


@pytest.mark.parametrize(
    ("bands", "classes", "expected"), [(4, 5, 13_863_173), (4, 6, 13_863_686), (3, 5, 13_860_037)]
)
def test_parameters_are_the_published_ones(bands, classes, expected):
    with torch.device("meta"):
        assert count_parameters(build("volpi_tuia_deconv", bands, classes)) == expected


def test_bottleneck_lies_at_an_eighth_and_doublings_lead_back():
    network = build("volpi_tuia_deconv", 4, 5, NARROW).eval()
    sizes = []
    for layer in (network.bottleneck, *network.decoder):
        layer.register_forward_hook(lambda *given: sizes.append(tuple(given[2].shape[-2:])))
    assert network(torch.zeros(1, 4, 64, 72)).shape == (1, 5, 64, 72)
    assert sizes == [(8, 9), (16, 18), (32, 36), (64, 72)]


def test_a_tenth_of_what_is_negative_passes():
    block = build("volpi_tuia_deconv", 4, 5, NARROW).bottleneck.eval()
    torch.nn.init.zeros_(block.conv.weight)
    torch.nn.init.constant_(block.conv.bias, -2.0)
    passed = fold(block)(torch.zeros(1, block.conv.in_channels, 3, 3))
    torch.testing.assert_close(passed, torch.full_like(passed, -0.2), rtol=1e-4, atol=0)
