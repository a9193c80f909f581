# SPDX-License-Identifier: GPL-2.0-or-later
"""One battery for every row of the catalog, at an eighth of the paper's channels."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import Padded, build, fold, training_heads
from orthoscribe.engine.protocol import CATALOG
from orthoscribe.engine.tiling.grid import padded_size
from safetensors.torch import load, save

NARROW = {"width": "1/8"}
every_row = pytest.mark.parametrize("row", CATALOG, ids=lambda row: row.name)
# What several rows share is built in one of them, the first.
CHOICES = {
    (option, value): (row, option.name, value)
    for row in reversed(CATALOG)
    for option in row.options
    for value in option.values[1:]
}


def narrow(row, bands=4, classes=5):
    torch.manual_seed(5)
    return build(row.name, bands, classes, NARROW)


def exercised(network):
    """Return the network in evaluation mode, its batch norms unlike those of a new one."""
    torch.manual_seed(5)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.2)
            module.running_var.uniform_(0.5, 2)
            if module.affine:
                torch.nn.init.uniform_(module.weight, 0.5, 1.5)
                torch.nn.init.normal_(module.bias, std=0.2)
    return network.eval().requires_grad_(False)


def close(found, expected):
    scale = max(1.0, float(expected.abs().max()))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5 * scale)


@every_row
@pytest.mark.parametrize(("bands", "classes"), [(3, 2), (4, 5), (5, 6)])
def test_network_scores_every_pixel_of_odd_sizes(row, bands, classes):
    network = Padded(narrow(row, bands, classes), row.stride_px).eval()
    with torch.no_grad():
        scores = network(torch.randn(2, bands, 37, 51))
    assert scores.shape == (2, classes, 37, 51)
    assert scores.dtype == torch.float32
    assert scores.isfinite().all()


@every_row
def test_padding_changes_nothing_where_there_is_none_to_add(row):
    network = exercised(narrow(row))
    image = torch.randn(1, 4, row.stride_px, 2 * row.stride_px)
    assert torch.equal(Padded(network, row.stride_px)(image), network(image))


@every_row
def test_backward_reaches_every_parameter(row):
    network = narrow(row).train()
    size = max(64, row.stride_px)
    heads = training_heads(network, torch.randn(2, 4, size, size))
    sum(head.weight * head.scores.square().mean() for head in heads).backward()
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            assert parameter.grad is not None, name
            assert parameter.grad.abs().sum() > 0, name


@every_row
def test_weights_saved_and_loaded_give_the_same_scores(row):
    network = exercised(narrow(row))
    size = max(64, row.stride_px)
    image = torch.randn(1, 4, size, size)
    expected = network(image)
    content = save({name: value.contiguous() for name, value in network.state_dict().items()})
    torch.manual_seed(77)
    other = build(row.name, 4, 5, NARROW).eval()
    other.load_state_dict(load(content))
    with torch.no_grad():
        assert torch.equal(other(image), expected)


@every_row
def test_folded_network_has_the_same_scores(row):
    network = exercised(narrow(row))
    size = padded_size(112, row.stride_px)
    image = torch.randn(2, 4, size, size + row.stride_px)
    close(fold(network)(image), network(image))


@every_row
def test_folded_network_has_no_batch_norm_and_leaves_the_other_alone(row):
    network = exercised(narrow(row))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    folded = fold(network)
    assert not any(isinstance(each, torch.nn.BatchNorm2d) for each in folded.modules())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


@every_row
def test_folded_network_cuts_out_its_core(row):
    network = exercised(narrow(row))
    size = padded_size(112, row.stride_px)
    image = torch.randn(1, 4, size, size)
    expected = network(image)
    folded = fold(network)
    for core in ((slice(0, 16), slice(size - 16, size)), (slice(48, 64), slice(16, 39))):
        close(folded(image, core), expected[..., core[0], core[1]])


@every_row
def test_row_takes_another_choice_of_each_of_its_options(row):
    with torch.device("meta"):
        build(row.name, 4, 5, {option.name: option.values[-1] for option in row.options})


@pytest.mark.parametrize(
    ("row", "option", "value"),
    CHOICES.values(),
    ids=lambda part: getattr(part, "name", part),
)
def test_network_of_another_choice_scores_every_pixel_and_folds(row, option, value):
    chosen = {option: value, "width": "1/16"}
    torch.manual_seed(5)
    network = exercised(build(row.name, 4, 5, chosen))
    size = padded_size(32, row.geometry(chosen).stride_px)
    image = torch.randn(1, 4, size, size)
    scores = network(image)
    assert scores.shape == (1, 5, size, size)
    close(fold(network)(image), scores)
