# SPDX-License-Identifier: GPL-2.0-or-later
"""Published numbers of the FCN family: parameters, receptive fields, sizes, crops, reaches."""

from __future__ import annotations

import doctest

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters, count_trained
from orthoscribe.engine.architectures.fcn import alignment
from orthoscribe.engine.architectures.fcn.alignment import PIXELS
from orthoscribe.engine.architectures.fcn.features import (
    AlexNetFeatures,
    GoogLeNetFeatures,
    VggFeatures,
    VggPool,
)
from orthoscribe.engine.architectures.fcn.window import BORDER_PX
from torch.nn import functional

COUNTS = [
    ("fcn_alexnet", 4, 5, {}, 56_900_325),
    ("fcn_alexnet", 3, 21, {}, 56_954_261),
    ("fcn_alexnet", 4, 5, {"trunk": "torchvision"}, 57_032_069),
    ("fcn_alexnet", 3, 1000, {"trunk": "torchvision"}, 61_100_840),  # torchvision's classifier
    ("fcn_alexnet", 3, 1000, {}, 60_965_224),  # CaffeNet
    ("fcn_32s", 4, 5, {}, 134_281_605),
    ("fcn_32s", 4, 5, {"padding": "same"}, 134_281_605),
    ("fcn_32s", 3, 21, {}, 134_346_581),
    ("fcn_32s", 3, 40, {}, 134_424_424),
    ("fcn_32s", 3, 1000, {}, 138_357_544),  # the classifier VGG-16
    ("fcn_16s", 4, 5, {}, 134_284_170),
    ("fcn_16s", 3, 21, {}, 134_357_354),
    ("fcn_8s_staged", 4, 5, {}, 134_285_455),
    ("fcn_8s_staged", 3, 21, {}, 134_362_751),
    ("fcn_8s_at_once", 4, 5, {}, 134_285_455),
    ("fcn_8s_at_once", 3, 21, {}, 134_362_751),
    ("fcn_32s_fixed", 4, 5, {}, 134_281_605),
    ("fcn_32s_fixed", 3, 21, {}, 134_346_581),
    ("fcn_pool5", 4, 5, {}, 14_717_829),
    ("fcn_pool5", 3, 21, {}, 14_725_461),
    ("fcn_pool4", 4, 5, {}, 7_638_405),
    ("fcn_pool4", 3, 21, {}, 7_646_037),
    ("fcn_pool3", 4, 5, {}, 1_737_349),
    ("fcn_pool3", 3, 21, {}, 1_740_885),
    ("fcn_googlenet", 4, 5, {}, 5_981_813),
    ("fcn_googlenet", 3, 21, {}, 5_995_077),
    ("fcn_googlenet", 3, 1000, {}, 6_998_552),  # the classifier GoogLeNet
    ("fcn_googlenet", 4, 5, {"trunk": "torchvision"}, 5_600_885),
    ("fcn_rgbd_early", 4, 5, {}, 134_281_605),
    ("fcn_rgbd_early", 4, 40, {}, 134_425_000),
    ("fcn_hha", 4, 5, {}, 134_281_029),
    ("fcn_hha", 3, 40, {}, 134_424_424),
    ("fcn_hha", 4, 5, {"encoding": "raw"}, 134_279_877),
    ("fcn_rgb_hha_late", 4, 5, {}, 268_560_906),
    ("fcn_rgb_hha_late", 6, 5, {}, 268_562_058),
    ("fcn_rgb_hha_late", 4, 5, {"encoding": "hha"}, 268_562_058),
    ("fcn_rgb_hha_late", 3, 40, {}, 268_848_848),
    ("fcn_two_headed", 4, 5, {}, 134_300_056),
    ("fcn_two_headed", 3, 33, {}, 134_435_756),
    ("fcn_two_headed", 3, 33, {"finest_stride": "16"}, 134_426_504),
    ("fcn_two_headed", 3, 33, {"finest_stride": "32"}, 134_408_036),
    ("fcn_null_background", 4, 5, {}, 134_277_508),
    ("fcn_null_background", 3, 21, {}, 134_342_484),
]
FEATURES = [
    (AlexNetFeatures, {}, 355),
    (AlexNetFeatures, {"released": False}, 355),
    (AlexNetFeatures, {"variant": "torchvision"}, 355),
    (VggFeatures, {}, 404),
    (VggFeatures, {"released": False}, 404),
    (VggPool, {"last_pool": 3}, 44),
    (VggPool, {"last_pool": 4}, 100),
    (VggPool, {"last_pool": 5}, 212),
    (GoogLeNetFeatures, {"aligned": True}, 715),
]
REACHES = [  # to the left, to the right
    ("fcn_alexnet", (208, 208 + 1)),  # where a NaN gets a weight of zero
    ("fcn_32s", (233, 233)),
    ("fcn_16s", (241, 241)),
    ("fcn_8s_staged", (245, 245)),
    ("fcn_pool5", (137, 137)),
    ("fcn_pool4", (65, 65)),
    ("fcn_pool3", (29, 29)),
    ("fcn_googlenet", (374, 403)),
    ("fcn_hha", (236, 236)),
]


def meta(name, bands, classes, **options):
    with torch.device("meta"):
        return build(name, bands, classes, options)


def seeing(network):
    """Return a network without negative weights, so that nothing cancels or stays unseen."""
    for parameter in network.requires_grad_(False).parameters():
        parameter.abs_()
    return network.eval()


def border(features):
    return features.around.border_px


@pytest.mark.parametrize(("name", "bands", "classes", "options", "expected"), COUNTS)
def test_parameters_are_those_of_the_paper(name, bands, classes, options, expected):
    assert count_parameters(meta(name, bands, classes, **options)) == expected


def test_vgg_convolutions_have_14_714_688_parameters():
    network = meta("fcn_32s", 3, 21)
    assert count_parameters(network.features.trunk) == 14_714_688


def test_googlenet_trunk_has_5_973_552_parameters():
    assert count_parameters(meta("fcn_googlenet", 3, 21).features) == 5_973_552


def test_torchvision_googlenet_has_its_parameters_with_a_bias_for_each_norm():
    features = meta("fcn_googlenet", 3, 5, trunk="torchvision").features
    channels = sum(p.numel() for name, p in features.named_parameters() if "bias" in name)
    assert count_parameters(features) + channels + 1_025_000 == 6_624_904  # without side losses


@pytest.mark.parametrize(("classes", "bands", "expected"), [(5, 4, 20_485), (21, 3, 86_037)])
def test_fixed_network_trains_its_scores_only(classes, bands, expected):
    assert count_trained(meta("fcn_32s_fixed", bands, classes)) == expected


@pytest.mark.parametrize(
    ("name", "learned"),
    [("fcn_32s", 0), ("fcn_16s", 1), ("fcn_8s_staged", 2), ("fcn_two_headed", 2)],
)
def test_learned_interpolation_is_trained_but_not_counted(name, learned):
    network = meta(name, 4, 5)
    classes = 8 if name == "fcn_two_headed" else 5
    assert count_trained(network) - count_parameters(network) == 16 * classes * learned
    if learned:
        fixed = meta(name, 4, 5, interpolation="fixed")
        assert count_trained(fixed) == count_parameters(fixed) == count_parameters(network)


def test_null_background_saves_less_than_a_thousandth():
    saved = count_parameters(meta("fcn_32s", 3, 21)) - count_parameters(
        meta("fcn_null_background", 3, 21)
    )
    assert saved == 4_097
    assert round(100 * saved / 134_346_581, 5) == 0.00305


@pytest.mark.parametrize(("kind", "options", "field"), FEATURES)
def test_receptive_field_is_the_published_one_and_where_we_say(kind, options, field):
    features = seeing(kind(1, **options, width=1 / 16))
    cells = features.taps[0].cells
    assert cells.field == field
    cell = 4 if border(features) else -(-field // (2 * cells.stride))
    middle = cells.stride * cell + cells.shift + border(features)
    first, last = int(middle - (field - 1) / 2), int(middle + (field - 1) / 2)
    columns = [first - 1, first, last, last + 1]
    images = torch.ones(4, 1, 240, last + 40)
    for image, column in zip(images, columns, strict=True):
        image[..., column] = torch.nan
    seen = features(images)[0].isnan().any(1).any(1)[:, cell]
    assert seen.tolist() == [False, True, True, False]


def test_receptive_field_of_googlenet_is_907_with_its_average_pool():
    assert GoogLeNetFeatures(1, width=1 / 16).taps[0].cells.through(7).field == 907


def test_examples_in_docstrings_are_true():
    assert doctest.testmod(alignment).failed == 0


def crops(name, **options):
    head = build(name, 4, 5, {"width": "1/16", **options}).head
    return (*head.crops, head.to_pixels.crop)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fcn_alexnet", (18,)),
        ("fcn_32s", (19,)),
        ("fcn_16s", (5, 27)),
        ("fcn_8s_staged", (5, 9, 31)),
        ("fcn_pool5", (115,)),
        ("fcn_pool4", (107,)),
        ("fcn_pool3", (103,)),
    ],
)
def test_crops_are_those_of_the_release(name, expected):
    assert crops(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fcn_32s", (16,)),
        ("fcn_16s", (0, 8)),
        ("fcn_8s_staged", (0, 0, 4)),
        ("fcn_pool4", (8,)),
        ("fcn_alexnet", (19,)),
    ],
)
def test_size_friendly_padding_needs_no_crop_but_half_a_stride(name, expected):
    assert crops(name, padding="same") == expected


def test_cells_that_no_crop_aligns_are_refused():
    with pytest.raises(ValueError, match="Cannot align"):
        PIXELS.through(2, stride=2).offset_in(PIXELS.through(3, stride=2))


def test_maps_of_500_pixels_have_the_sizes_of_the_release():
    network = build("fcn_8s_staged", 3, 21, {"width": "1/16"}).to("meta").eval()
    sizes = {}

    def note(name):
        def hook(_module, _inputs, output):
            sizes[name] = output.shape[-1]

        return hook

    parts = {
        **{f"pool{n}": pool for n, pool in enumerate(network.features.trunk.pools, start=1)},
        "fc6": network.features.classifier[0],
        "upscore2": network.head.doublings[0],
        "upscore_pool4": network.head.doublings[1],
        "bigscore": network.head.to_pixels.upsample,
    }
    for name, part in parts.items():
        part.register_forward_hook(note(name))
    assert network(torch.empty(1, 3, 500, 500, device="meta")).shape == (1, 21, 500, 500)
    assert list(sizes.values()) == [349, 175, 88, 44, 22, 16, 34, 70, 568]


def test_bigscore_of_500_pixels_is_544():
    network = build("fcn_32s", 3, 21, {"width": "1/16"}).to("meta").eval()
    scores = network.head.cells(network.features(torch.empty(1, 3, 700, 700, device="meta")))
    assert scores.shape[-1] == 16
    assert network.head.to_pixels.upsample(scores).shape[-1] == 544


@pytest.mark.parametrize(("name", "expected"), REACHES)
def test_reach_over_all_phases_is_the_published_one(name, expected):
    torch.manual_seed(0)
    network = seeing(build(name, 4, 2, {"width": "1/16"}))
    start = 448
    images = torch.ones(32, 4, 32, 2 * start + 32)
    for phase, image in enumerate(images):
        image[..., start + phase] = torch.nan
    touched = network(images).isnan().any(1).any(1)  # (phases, columns)
    first = touched.int().argmax(1) - start - torch.arange(32)
    last = touched.shape[1] - 1 - touched.flip(1).int().argmax(1) - start - torch.arange(32)
    assert (int(last.max()), int(-first.min())) == expected


def test_aligned_googlenet_sees_as_far_to_both_sides():
    network = seeing(build("fcn_googlenet", 1, 2, {"width": "1/16", "alignment": "exact"}))
    assert network.head.to_pixels.upsample.kernel == 63
    assert network.head.to_pixels.crop == 1


def test_windows_are_cut_where_the_border_does_not_matter():
    features = VggFeatures(1, width=1 / 16)
    whole = features.around.span(slice(0, 500), 500)
    assert (whole.before, whole.after) == (BORDER_PX, BORDER_PX)
    inner = features.around.span(slice(224, 736), 960)  # a tile with its halo
    assert inner.before <= 4
    assert inner.after <= 32


@pytest.mark.parametrize("name", ["fcn_alexnet", "fcn_8s_staged", "fcn_pool3", "fcn_hha"])
@pytest.mark.parametrize("start", [256, 261])
def test_scores_of_a_core_do_not_depend_on_how_much_is_seen(name, start):
    torch.manual_seed(1)
    network = build(name, 4, 3, {"width": "1/16"}).double().eval().requires_grad_(False)
    image = torch.randn(1, 4, 64, 640, dtype=torch.float64)
    core = (slice(5, 60), slice(start, start + 100))
    seen = network.forward_core(image, core)
    everything = functional.pad(network.encoding(image), (BORDER_PX,) * 4)
    expected = network.scores_of(everything, core)
    torch.testing.assert_close(seen, expected, rtol=1e-9, atol=1e-12)
