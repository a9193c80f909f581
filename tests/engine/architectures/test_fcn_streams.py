# SPDX-License-Identifier: GPL-2.0-or-later
"""FCN with more than colors and more than one kind of scores."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, training_heads
from orthoscribe.engine.architectures.backbones.alexnet import LAYERS as ALEXNET
from orthoscribe.engine.architectures.backbones.first_layer import widen_first_layer
from orthoscribe.engine.architectures.backbones.googlenet import LAYERS as GOOGLENET
from orthoscribe.engine.architectures.fcn.hha import encoded


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(7)


def narrow(name, bands=4, classes=4, **options):
    network = build(name, bands, classes, {"width": "1/16", **options})
    return network.double().eval().requires_grad_(False)


def image(bands=4, size=64):
    return torch.randn(1, bands, size, size, dtype=torch.float64)


def changes(network, band, bands=4):
    """Tell whether scores change with a band."""
    picture = image(bands)
    other = picture.clone()
    other[:, band] += torch.randn(64, 64, dtype=torch.float64)
    return bool((network(picture) != network(other)).any())


def test_new_bands_start_with_the_mean_of_the_colors():
    weight = torch.randn(6, 3, 3, 3)
    wide = widen_first_layer(weight, 5)
    assert torch.equal(wide[:, :3], weight)
    for band in (3, 4):
        torch.testing.assert_close(wide[:, band], weight.sum(1) / 3)
    assert torch.equal(widen_first_layer(weight, 3), weight)


@pytest.mark.parametrize(("colors", "bands"), [(4, 5), (3, 2)])
def test_first_layer_that_is_not_of_colors_is_refused(colors, bands):
    with pytest.raises(ValueError, match="Cannot widen"):
        widen_first_layer(torch.zeros(6, colors, 3, 3), bands)


@pytest.mark.parametrize("bands", [1, 3, 4, 5])
def test_early_fusion_reads_heights_like_the_mean_of_colors(bands):
    first = narrow("fcn_rgbd_early", bands).features.trunk.stages[0][0].weight
    assert first.shape[1] == bands
    for band in range(3, bands):
        torch.testing.assert_close(first[:, band], first[:, :3].mean(1))


@pytest.mark.parametrize("encoding", ["hha", "raw"])
def test_network_of_heights_looks_at_the_last_band_only(encoding):
    network = narrow("fcn_hha", encoding=encoding)
    assert [changes(network, band) for band in range(4)] == [False, False, False, True]


def test_encoded_plane_has_its_height_and_its_slope():
    rise = 0.05  # of one pixel to the east: 45 degrees
    plane = (rise * torch.arange(32.0)).expand(1, 1, 32, 32)
    height, above, slope = encoded(plane)[0]
    assert torch.equal(height, plane[0, 0])
    inner = (slice(4, -4), slice(4, -4))
    torch.testing.assert_close(above[inner], torch.full((24, 24), 3 * rise))
    torch.testing.assert_close(slope[inner], torch.full((24, 24), 0.5))


def test_encoded_roof_stands_out_against_the_ground_nearby():
    ground = torch.full((1, 1, 32, 32), 2.0)
    ground[..., 10:20, 10:20] = 3.0
    _, above, slope = encoded(ground)[0]
    assert above[0, 0] == 0
    assert above[10, 10] == 1
    assert above[15, 15] == 0  # too far from the edge
    assert slope[0, 0] == slope[15, 15] < 1e-4
    assert slope[15, 10] > 0.9


def test_encoding_is_differentiable_where_the_ground_is_flat():
    heights = torch.zeros(1, 1, 16, 16, requires_grad=True)
    encoded(heights).sum().backward()
    assert heights.grad.isfinite().all()


def test_late_fusion_adds_scores_before_it_enlarges_them_once():
    network = narrow("fcn_rgb_hha_late")
    picture, calls = image(), []
    network.to_pixels.upsample.register_forward_hook(lambda *_: calls.append(1))
    average = network(picture)
    assert len(calls) == 1
    total = narrow("fcn_rgb_hha_late", fusion="sum")
    total.load_state_dict(network.state_dict())
    torch.testing.assert_close(total(picture), 2 * average)


def test_late_fusion_is_the_average_of_two_networks():
    network = narrow("fcn_rgb_hha_late")
    colors, heights = narrow("fcn_32s", 3), narrow("fcn_32s", 1)
    for single, stream, score in (
        (colors, network.image, network.score_image),
        (heights, network.heights, network.score_heights),
    ):
        single.features.load_state_dict(stream.state_dict())
        single.head.scores[0].load_state_dict(score.state_dict())
    picture = image()
    expected = (colors(picture[:, :3]) + heights(picture[:, 3:])) / 2
    torch.testing.assert_close(network(picture), expected)


@pytest.mark.parametrize("encoding", ["raw", "hha"])
@pytest.mark.parametrize("bands", [1, 3, 4, 6])
def test_late_fusion_takes_any_number_of_bands(bands, encoding):
    network = narrow("fcn_rgb_hha_late", bands, encoding=encoding)
    assert network(image(bands, 32)).shape == (1, 4, 32, 32)
    assert changes(network, bands - 1, bands)


@pytest.mark.parametrize("finest_stride", ["8", "16", "32"])
def test_two_heads_share_the_trunk_and_nothing_else(finest_stride):
    network = narrow("fcn_two_headed", finest_stride=finest_stride)
    picture = image()
    main, geometry = training_heads(network, picture)
    assert (main.name, geometry.name) == ("main", "geometry")
    assert main.weight == geometry.weight == 1
    assert geometry.scores.shape == (1, 3, 64, 64)
    torch.testing.assert_close(network(picture), main.scores)
    skips = {"8": 2, "16": 1, "32": 0}[finest_stride]
    for head in (network.head, network.geometry):
        assert (len(head.scores), len(head.doublings)) == (skips + 1, skips)


def test_forward_of_two_heads_computes_land_classes_only():
    network = narrow("fcn_two_headed")
    network.geometry.register_forward_hook(lambda *_: pytest.fail("computed"))
    network(image())


def test_null_background_scores_zero_everywhere():
    network = narrow("fcn_null_background", classes=5)
    scores = network(image())
    assert scores.shape == (1, 5, 64, 64)
    assert not scores[:, 0].any()
    assert (scores[:, 1:] != 0).any(-1).any(-1).all()


@pytest.mark.parametrize(
    ("name", "layers"), [("fcn_alexnet", ALEXNET), ("fcn_googlenet", GOOGLENET)]
)
def test_every_layer_of_a_backbone_is_listed(name, layers):
    network = narrow(name).features.network
    convolutions = [key for key, each in network.named_modules() if hasattr(each, "kernel_size")]
    assert [ours for ours, *_ in layers] == convolutions


@pytest.mark.parametrize("name", ["fcn_alexnet", "fcn_googlenet"])
def test_torchvision_trunk_scores_every_pixel(name):
    network = narrow(name, trunk="torchvision")
    assert not [each for each in network.modules() if "Norm" in type(each).__name__]
    assert network(image()).shape == (1, 4, 64, 64)


@pytest.mark.parametrize("size", [(32, 32), (96, 32)])
@pytest.mark.parametrize("padding", ["pad100", "same"])
@pytest.mark.parametrize("name", ["fcn_alexnet", "fcn_32s", "fcn_8s_at_once", "fcn_pool5"])
def test_one_stride_is_enough(name, padding, size):
    network = narrow(name, padding=padding)
    scores = network(torch.randn(1, 4, *size, dtype=torch.float64))
    assert scores.shape == (1, 4, *size)
    assert scores.isfinite().all()
