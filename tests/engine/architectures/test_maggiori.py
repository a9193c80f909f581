# SPDX-License-Identifier: GPL-2.0-or-later
"""Published numbers of the Maggiori networks: parameters, receptive fields, products."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters, count_trained, fold
from orthoscribe.engine.architectures.blocks import RELEASE, Block, BlockStyle
from orthoscribe.engine.architectures.maggiori.fcn import MaggioriFcn
from orthoscribe.engine.architectures.maggiori.mlp import MaggioriMlp
from orthoscribe.engine.architectures.maggiori.skip import MaggioriSkip
from orthoscribe.engine.architectures.maggiori.trunk import FACTORS, WIDTHS, Trunk
from orthoscribe.engine.architectures.maggiori.unpool import MaggioriUnpool

COUNTS = [
    ("maggiori_fcn", 4, 5, 465_925),
    ("maggiori_fcn", 4, 6, 466_054),
    ("maggiori_fcn", 3, 5, 465_125),
    ("maggiori_skip", 4, 5, 466_900),
    ("maggiori_skip", 4, 6, 467_224),
    ("maggiori_skip", 3, 5, 466_100),
    ("maggiori_mlp", 4, 5, 799_109),
    ("maggiori_mlp", 4, 6, 800_134),
    ("maggiori_mlp", 3, 5, 798_309),
    ("maggiori_mlp_release128", 4, 5, 506_373),
    ("maggiori_mlp_release128", 4, 6, 506_502),
    ("maggiori_unpool_max", 4, 5, 931_109),
    ("maggiori_unpool_max", 4, 6, 931_910),
    ("maggiori_unpool_avg", 4, 5, 931_109),
    ("maggiori_unpool_avg", 3, 5, 930_309),
]


@pytest.mark.parametrize(("name", "bands", "classes", "expected"), COUNTS)
def test_parameters_are_those_of_the_paper(name, bands, classes, expected):
    assert count_parameters(build(name, bands, classes)) == expected


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (MaggioriFcn(4, 5, RELEASE), 465_285),
        (MaggioriFcn(4, 6, RELEASE), 465_414),
        (MaggioriFcn(3, 5, RELEASE), 464_485),
        (MaggioriFcn(4, 5, BlockStyle(conv_bias=True)), 466_565),
        (MaggioriFcn(4, 5, learn_upsample=True), 465_925 + 5_120),
        (MaggioriFcn(4, 6, learn_upsample=True), 466_054 + 6_144),
        (MaggioriSkip(4, 5, RELEASE), 466_260),
        (MaggioriSkip(4, 6, RELEASE), 466_584),
        (MaggioriMlp(4, 5, RELEASE), 798_469),
        (MaggioriMlp(4, 5, RELEASE, hidden=128, linear=True), 506_373),
        (MaggioriMlp(4, 5, hidden=128, linear=True), 507_013),
        (MaggioriUnpool(4, 5, RELEASE), 929_957),
        (MaggioriUnpool(4, 5, BlockStyle(conv_bias=True)), 932_261),
    ],
)
def test_parameters_are_those_of_the_release_when_asked(network, expected):
    assert count_trained(network) == expected


@pytest.mark.parametrize(
    ("name", "option", "expected"),
    [
        ("maggiori_fcn", {"style": "release"}, 465_285),
        ("maggiori_fcn", {"learn_upsample": "yes"}, 465_925 + 5_120),
        ("maggiori_fcn", {"style": "release", "learn_upsample": "yes"}, 465_285 + 5_120),
        ("maggiori_skip", {"style": "release"}, 466_260),
        ("maggiori_mlp", {"style": "release"}, 798_469),
        ("maggiori_mlp_release128", {}, 506_373),
        ("maggiori_mlp_release128", {"style": "paper"}, 507_013),
        ("maggiori_unpool_max", {"style": "release"}, 929_957),
        ("maggiori_unpool_avg", {"style": "release"}, 929_957),
    ],
)
def test_options_give_the_released_parameters(name, option, expected):
    with torch.device("meta"):
        network = build(name, 4, 5, option)
    assert count_trained(network) == expected


def test_learned_upsampling_is_not_counted_as_parameters():
    network = build("maggiori_fcn", 4, 5, {"learn_upsample": "yes"})
    assert count_parameters(network) == 465_925


def test_learned_upsampling_starts_bilinear():
    torch.manual_seed(5)
    fixed, learned = (
        build("maggiori_fcn", 4, 5, {"learn_upsample": way, "width": "1/8"}).eval()
        for way in ("no", "yes")
    )
    learned.load_state_dict(fixed.state_dict(), strict=False)
    image = torch.randn(1, 4, 48, 64)
    with torch.no_grad():
        torch.testing.assert_close(learned(image), fixed(image))


INRIA_WIDTHS = (64, 96, 128, 160)  # as released for the Inria benchmark


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        (MaggioriFcn(3, 1, RELEASE, widths=INRIA_WIDTHS), 853_729),
        (MaggioriMlp(3, 1, RELEASE, hidden=256, linear=True, widths=INRIA_WIDTHS), 968_769),
    ],
)
def test_parameters_of_the_inria_release(network, expected):
    assert count_trained(network) == expected


def test_convolutions_have_the_published_parameters():
    network = MaggioriFcn(4, 5, RELEASE)
    convs = [module for module in network.modules() if isinstance(module, torch.nn.Conv2d)]
    found = [sum(tensor.numel() for tensor in conv.parameters()) for conv in convs]
    assert found == [3232, 9248, 18496, 36928, 55392, 83040, 110720, 147584, 645]


def test_released_mlp_is_one_linear_classifier():
    torch.manual_seed(5)
    network = build("maggiori_mlp_release128", 4, 5, {"width": "1/8"}).eval()
    hidden, score = network.hidden, network.score
    pool = torch.randn(1, hidden.in_channels, 6, 7)
    weight = score.weight[..., 0, 0] @ hidden.weight[..., 0, 0]
    bias = score.weight[..., 0, 0] @ hidden.bias + score.bias
    expected = torch.einsum("oc,nchw->nohw", weight, pool) + bias[:, None, None]
    torch.testing.assert_close(score(network.activate(hidden(pool))), expected)


def test_mlp_sees_320_channels():
    assert sum(WIDTHS) == 320
    assert MaggioriMlp(4, 5).hidden.in_channels == 320


def test_projection_saves_the_published_share_of_products():
    direct = sum(WIDTHS) * 1024
    projected = sum(
        width * 1024 // factor**2 for width, factor in zip(WIDTHS, FACTORS, strict=True)
    )
    assert (direct, projected) == (327_680, 57_344)
    assert direct / projected == pytest.approx(5.714, abs=1e-3)


def test_taps_have_the_published_receptive_fields(monkeypatch):
    monkeypatch.setattr(torch.nn.functional, "max_pool2d", torch.nn.functional.avg_pool2d)
    trunk = Trunk(1, RELEASE).eval()
    with torch.no_grad():
        for parameter in trunk.parameters():
            parameter.abs_()
    image = torch.ones(1, 1, 16, 512, requires_grad=True)
    for tap, expected in zip(trunk(image), (9, 27, 63, 135), strict=True):
        middle = tap[0, :, :, tap.shape[3] // 2].sum()
        (gradient,) = torch.autograd.grad(middle, image, retain_graph=True)
        assert int((gradient[0, 0].sum(0) > 0).sum()) == expected


def test_taps_lie_at_strides_2_to_16():
    taps = Trunk(4, RELEASE)(torch.zeros(1, 4, 64, 96))
    shapes = [tuple(tap.shape[1:]) for tap in taps]
    assert shapes == [(32, 32, 48), (64, 16, 24), (96, 8, 12), (128, 4, 6)]


def test_padding_sums_to_60_pixels_as_the_paper_says():
    stride, total = 1, 0
    for stage in Trunk(4, RELEASE).stages:
        stride *= 2 if stride > 1 else 1
        for block in (module for module in stage.modules() if isinstance(module, Block)):
            total += stride * block.conv.padding[0]
            stride *= block.conv.stride[0]
    assert (total, stride) == (60, 16)


@pytest.mark.parametrize("linear", [True, False])
def test_folded_mlp_has_the_same_scores_in_release_style(linear):
    torch.manual_seed(5)
    network = MaggioriMlp(4, 5, RELEASE, hidden=128, linear=linear).eval()
    image = torch.randn(1, 4, 96, 64)
    expected = network(image)
    torch.testing.assert_close(fold(network)(image), expected, rtol=0, atol=1e-4)
