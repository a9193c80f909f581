# SPDX-License-Identifier: GPL-2.0-or-later
"""CNN + random forest: its features, its trees, how the two opinions are multiplied."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters
from orthoscribe.engine.architectures.maggiori import hand_crafted as features
from orthoscribe.engine.architectures.maggiori.cnn_rf import SMOOTHING
from orthoscribe.engine.architectures.maggiori.forest import PIXELS_AT_ONCE, Forest
from orthoscribe.engine.labeling.shift_and_stitch import ShiftAndStitch
from orthoscribe.engine.protocol import row_named

NARROW = {"width": "1/16"}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(3)


def network(bands=4, classes=5, name="cnn_rf"):
    return build(name, bands, classes, NARROW).eval().requires_grad_(False)


def raw(value):
    """Return what a normalization makes of a brightness between 0 and 1."""
    return (value - 0.5) / 0.25


def pixel(*brightness):
    return raw(torch.tensor(brightness))[None, :, None, None].expand(1, -1, 4, 4)


@pytest.mark.parametrize("name", ["cnn_rf", "cnn_rf_crf"])
@pytest.mark.parametrize(("classes", "expected"), [(5, 465_925), (6, 466_054)])
def test_parameters_are_those_of_the_base_fcn(name, classes, expected):
    with torch.device("meta"):
        assert count_parameters(build(name, 4, classes)) == expected


def test_weights_are_called_as_in_the_base_fcn():
    with torch.device("meta"):
        alone = build("maggiori_fcn", 4, 5).state_dict()
        both = build("cnn_rf_crf", 4, 5).state_dict()
    assert {name for name in both if not name.startswith("forest.")} == set(alone)


@pytest.mark.parametrize("name", ["cnn_rf", "cnn_rf_crf"])
def test_scores_cannot_be_stitched_from_the_fcn_alone(name):
    with pytest.raises(TypeError, match="no coarse scores"):
        ShiftAndStitch(network(name=name), row_named(name).stride_px)


def test_vegetation_index_of_known_brightness():
    bright = torch.tensor([0.6, 0.2, 0.3])[None, :, None, None]
    assert features.vegetation_index(bright).item() == pytest.approx(0.5)
    assert features.vegetation_index(bright[:, :1]).item() == 0


def test_saturation_of_gray_and_of_a_pure_color():
    for color, expected in (((0.4, 0.4, 0.4), 0), ((0.0, 0.8, 0.0), 1), ((0.5, 0.5, 0.25), 0.5)):
        bright = torch.tensor(color)[None, :, None, None]
        assert features.saturation(bright).item() == pytest.approx(expected)


def test_features_of_an_even_image_are_its_own_values():
    maps = features.hand_crafted(
        torch.cat([pixel(0.6, 0.2, 0.3), torch.full((1, 1, 4, 4), 7.0)], 1)
    )
    bands = [raw(value) for value in (0.6, 0.2, 0.3)]
    here = torch.tensor([*bands, 7.0, 0.5, 2 / 3])
    expected = torch.cat([here, *[here, torch.zeros(6)] * 2])
    found = maps[0].flatten(1)
    torch.testing.assert_close(found, expected[:, None].expand_as(found), rtol=0, atol=2e-3)


@pytest.mark.parametrize("bands", [1, 2, 3, 4, 5])
def test_features_are_as_many_as_announced(bands):
    maps = features.hand_crafted(torch.randn(2, bands, 20, 24))
    assert maps.shape == (2, features.feature_count(bands), 20, 24)
    assert maps.isfinite().all()


def test_local_statistics_are_those_of_windows_cut_at_the_border():
    maps = torch.randn(1, 1, 9, 11)
    mean, deviation = features.local_statistics(maps, 5)
    for row, col in ((0, 0), (4, 5), (8, 3)):
        window = maps[0, 0, max(0, row - 2) : row + 3, max(0, col - 2) : col + 3]
        assert mean[0, 0, row, col].item() == pytest.approx(window.mean().item(), abs=1e-5)
        expected = window.std(correction=0).item()
        assert deviation[0, 0, row, col].item() == pytest.approx(expected, abs=1e-4)


def test_features_reach_no_farther_than_the_scores():
    seen = network()
    for parameter in seen.parameters():
        parameter.abs_()
    halo, start = row_named("cnn_rf").halo_px, 128
    for column, outside in ((start - halo - 1, True), (start - 76, False)):
        image = torch.ones(1, 4, 16, 3 * start)
        image[..., column] = torch.nan
        touched = seen.features(image)[0].isnan().any(0).any(0)[start:]
        assert touched.any().item() is not outside
    crafted = features.hand_crafted(image)[0].isnan().any(0).any(0).nonzero()
    assert (column - int(crafted[0]), int(crafted[-1]) - column) == (8, 8)


def test_new_forest_changes_nothing():
    both = network()
    image = torch.randn(1, 4, 32, 48)
    evaluated = both(image)
    alone = build("maggiori_fcn", 4, 5, NARROW).eval()
    weights = both.state_dict()
    alone.load_state_dict({name: weights[name] for name in alone.state_dict()})
    with torch.no_grad():
        torch.testing.assert_close(evaluated, alone(image), rtol=0, atol=1e-5)


def stump():
    """Return a forest of two trees that look at features 0 and 1, two splits deep."""
    forest = Forest(3, 2, trees=2, depth=2)
    forest.feature[:] = torch.tensor([[0, 1, 1], [1, 0, 0]])
    forest.threshold[:] = torch.tensor([[0.0, -1.0, 1.0], [0.5, 0.0, 9.0]])
    share = torch.tensor([[0.0, 0.25, 0.5, 1.0], [0.1, 0.3, 0.9, 0.7]])
    forest.leaves[:] = torch.stack([share, 1 - share], dim=2)
    return forest


def test_trees_are_descended_by_hand():
    samples = torch.tensor([[-1.0, 0.0, 0.0], [2.0, 0.5, 0.0], [0.0, 3.0, 0.0]])
    # Tree 1: right of -1; right, then left of 1; at most 0 is left, right. Tree 2: by feature 1.
    expected = torch.tensor([(0.25 + 0.1) / 2, (0.5 + 0.3) / 2, (0.25 + 0.9) / 2])
    torch.testing.assert_close(stump().probabilities(samples)[:, 0], expected)


def test_maps_are_labeled_pixel_by_pixel_whatever_their_size():
    forest = stump()
    maps = torch.randn(2, 3, 90, PIXELS_AT_ONCE // 64)  # more than go at once
    found = forest(maps)
    samples = maps.permute(0, 2, 3, 1).reshape(-1, 3)
    expected = forest.probabilities(samples).view(2, 90, -1, 2).permute(0, 3, 1, 2)
    assert torch.equal(found, expected)


def test_both_opinions_are_multiplied():
    both = network(classes=2)
    image = torch.randn(1, 4, 32, 32)
    before = both(image).softmax(1)
    both.forest.leaves[..., 0], both.forest.leaves[..., 1] = 0.2, 0.8
    doubted = torch.tensor([0.2, 0.8]) * (1 - SMOOTHING) + SMOOTHING / 2
    product = before * doubted[:, None, None]
    torch.testing.assert_close(both(image).softmax(1), product / product.sum(1, keepdim=True))


def test_class_the_forest_rules_out_is_only_made_unlikely():
    both = network(classes=2)
    both.forest.leaves[..., 0], both.forest.leaves[..., 1] = 0.0, 1.0
    both.score.weight.zero_()
    both.score.bias[0] = 20.0
    assert (both(torch.randn(1, 4, 32, 32))[:, :, 12:20, 12:20].argmax(1) == 0).all()


def test_network_in_training_is_the_cnn_alone():
    both = network(name="cnn_rf_crf").train()
    image = torch.randn(2, 4, 32, 32)
    expected = both.upsample(both.score(both.trunk(image)[-1]))
    both.forest.leaves[..., 0] = 1.0
    assert torch.equal(both(image), expected)
