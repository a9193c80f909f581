# SPDX-License-Identifier: GPL-2.0-or-later
"""One battery for every row of the catalog."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import Padded, build, fold
from orthoscribe.engine.architectures.blocks import RELEASE
from orthoscribe.engine.architectures.maggiori_mlp import MaggioriMlp
from orthoscribe.engine.protocol import CATALOG

every_row = pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.name)


def exercised(network):
    """Return the network in evaluation mode, its batch norms unlike those of a new one."""
    torch.manual_seed(5)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            if module.affine:
                torch.nn.init.uniform_(module.weight, 0.5, 1.5)
                torch.nn.init.normal_(module.bias)
    return network.eval().requires_grad_(False)


@every_row
@pytest.mark.parametrize("bands", [3, 4, 5])
@pytest.mark.parametrize("classes", [2, 5, 6])
def test_network_scores_every_pixel_of_odd_sizes(row, bands, classes):
    network = Padded(build(row.name, bands, classes), row.stride_px).eval()
    with torch.no_grad():
        scores = network(torch.zeros(2, bands, 37, 51))
    assert scores.shape == (2, classes, 37, 51)
    assert scores.dtype == torch.float32


@every_row
def test_padding_changes_nothing_where_there_is_none_to_add(row):
    network = exercised(build(row.name, 4, 5))
    image = torch.randn(1, 4, 48, 64)
    assert torch.equal(Padded(network, row.stride_px)(image), network(image))


@every_row
def test_backward_reaches_every_parameter(row):
    torch.manual_seed(5)
    network = build(row.name, 4, 5)
    scores = network(torch.randn(2, 4, 64, 64))
    torch.nn.functional.cross_entropy(scores, torch.randint(5, (2, 64, 64))).backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


@every_row
def test_folded_network_has_the_same_scores(row):
    network = exercised(build(row.name, 4, 5))
    image = torch.randn(2, 4, 112, 160)
    expected = network(image)
    torch.testing.assert_close(fold(network)(image), expected, rtol=0, atol=1e-5 * spread(expected))


@every_row
def test_folded_network_has_no_batch_norm_and_leaves_the_other_alone(row):
    network = exercised(build(row.name, 4, 5))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    folded = fold(network)
    assert not any(isinstance(each, torch.nn.BatchNorm2d) for each in folded.modules())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@every_row
@pytest.mark.parametrize(
    "core",
    [
        (slice(0, 112), slice(0, 160)),
        (slice(0, 16), slice(144, 160)),
        (slice(48, 64), slice(16, 96)),
        (slice(96, 107), slice(64, 71)),
    ],
)
def test_folded_network_cuts_out_its_core(row, core):
    network = exercised(build(row.name, 4, 5))
    image = torch.randn(1, 4, 112, 160)
    expected = network(image)[..., core[0], core[1]]
    found = fold(network)(image, core)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5 * spread(expected))


@pytest.mark.parametrize("linear", [True, False])
def test_folded_mlp_has_the_same_scores_in_release_style(linear):
    network = exercised(MaggioriMlp(4, 5, RELEASE, hidden=128, linear=linear))
    image = torch.randn(1, 4, 96, 64)
    expected = network(image)
    torch.testing.assert_close(fold(network)(image), expected, rtol=0, atol=1e-5 * spread(expected))


def spread(scores):
    return max(1.0, float(scores.abs().max()))
