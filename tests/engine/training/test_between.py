# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights between the start of a run and its end."""

import pytest
import torch
from orthoscribe.engine.training.bundled.between import between
from torch import nn


def network(value):
    layers = nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1))
    with torch.no_grad():
        for each in (*layers.parameters(), *layers.buffers()):
            each.fill_(value)
    return layers


@pytest.mark.parametrize(("given_back", "expected"), [(0.0, 4.0), (0.25, 3.0), (1.0, 0.0)])
def test_weights_and_statistics_lie_between(given_back, expected):
    trained = network(4)
    state = between(network(0), trained, given_back).state_dict()
    for name, value in state.items():
        assert value.item() == (4 if name.endswith("num_batches_tracked") else expected)
    assert all(value.item() == 4 for value in trained.state_dict().values())
