# SPDX-License-Identifier: GPL-2.0-or-later
"""FRRN A, FRRN B and their ResNet baseline: the numbers of the paper and of its released code."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters, fold
from orthoscribe.engine.architectures.frrn.baseline import Join
from orthoscribe.engine.architectures.frrn.stages import DecoderStage, EncoderStage
from orthoscribe.engine.architectures.frrn.upsampling import BilinearDouble
from orthoscribe.engine.protocol import row_named
from torch import nn
from torch.nn import functional

NAMES = ("frrn_a", "frrn_b", "frrn_resnet_baseline")
NARROW = {"width": "1/8"}
every_network = pytest.mark.parametrize("name", NAMES)
every_frrn = pytest.mark.parametrize("name", NAMES[:2])


def counted(name, bands, classes, **options):
    with torch.device("meta"):
        return count_parameters(build(name, bands, classes, options))


def narrow(name, dtype=torch.float32, **options):
    torch.manual_seed(11)
    return build(name, 4, 5, NARROW | options).to(dtype)


def image_for(name, dtype=torch.float32, images=2):
    torch.manual_seed(12)
    stride = row_named(name).stride_px
    return torch.randn(images, 4, 2 * stride, 3 * stride, dtype=dtype)


def plain_scores(network, image):
    """Return the scores of an FRRN as the paper describes it: every unit at full resolution."""
    split, *stages, merge = network.stages
    y, z = split((image,))
    scale = 1
    for stage in stages:
        coarser = isinstance(stage, EncoderStage)
        assert coarser or isinstance(stage, DecoderStage)
        scale = 2 * scale if coarser else scale // 2
        y = functional.max_pool2d(y, 2) if coarser else doubled(y)
        for unit in stage.units:
            y = unit.second(unit.first(torch.cat([y, functional.max_pool2d(z, scale)], 1)))
            z = z + functional.interpolate(unit.residual(y), scale_factor=scale)
    merged = torch.cat([doubled(y), z], 1)
    return merge.score(merge.units(merge.join(merged)))


def doubled(maps):
    return functional.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)


def assert_near(found, expected, relative):
    bound = relative * float(expected.abs().max())
    torch.testing.assert_close(found, expected, rtol=0, atol=bound)


@pytest.mark.parametrize(
    ("name", "cityscapes", "vaihingen", "potsdam"),
    [
        ("frrn_a", 17_746_803, 17_747_317, 17_747_366),
        ("frrn_b", 24_755_699, 24_756_213, 24_756_262),
        ("frrn_resnet_baseline", 16_781_587, 16_782_101, 16_782_150),
    ],
)
def test_network_has_the_published_number_of_parameters(name, cityscapes, vaihingen, potsdam):
    assert counted(name, 3, 19) == cityscapes
    assert counted(name, 4, 5) == vaihingen
    assert counted(name, 4, 6) == potsdam


def test_baseline_has_slightly_fewer_parameters_than_frrn_a():
    assert 0.9 < counted("frrn_resnet_baseline", 3, 19) / counted("frrn_a", 3, 19) < 1


def test_matched_skips_cost_two_convolutions():
    assert counted("frrn_resnet_baseline", 3, 19, skips="match") == 16_804_627
    assert counted("frrn_resnet_baseline", 4, 5, skips="match") == 16_805_141


def test_added_skip_fills_the_first_channels():
    join = Join(2, 3, matched=False)
    found = join(torch.zeros(1, 3, 1, 1), torch.tensor([5.0, 7.0]).view(1, 2, 1, 1))
    assert found.flatten().tolist() == [5, 7, 0]


@every_frrn
def test_split_without_batch_norm_saves_64_parameters(name):
    assert counted(name, 4, 5) - counted(name, 4, 5, split_bn="no") == 64


def test_merge_by_convolution_has_a_narrower_first_unit():
    saved = counted("frrn_a", 4, 5) - counted("frrn_a", 4, 5, merge="convolution")
    assert saved == 9 * (128 - 48) * 48


@every_network
def test_options_change_the_scores_but_not_their_shape(name):
    image = image_for(name)
    shape = (2, 5, *image.shape[-2:])
    paper = narrow(name).eval()(image)
    assert paper.shape == shape
    for option in row_named(name).options:
        for value in option.values[1:]:
            other = narrow(name, **{option.name: value}).eval()(image)
            assert other.shape == shape
            assert not torch.allclose(other, paper)


# Where rounding moves an activation across a kink, a float32 gradient changes by a jump.
@every_frrn
@pytest.mark.parametrize(
    ("dtype", "near", "near_gradients"),
    [(torch.float32, 1e-5, 1e-2), (torch.float64, 1e-12, 1e-12)],
)
@pytest.mark.parametrize("training", [False, True])
def test_lazy_stream_has_the_scores_and_gradients_of_the_plain_one(
    name, dtype, near, near_gradients, training
):
    network = narrow(name, dtype).train(training)
    image = image_for(name, dtype).requires_grad_()
    expected, found = (
        outcome(network, scores, image) for scores in (plain_scores, lambda net, x: net(x))
    )
    assert found.keys() == expected.keys()
    for part, value in expected.items():
        assert_near(found[part], value, near if part == "scores" else near_gradients)


def outcome(network, scores_of, image):
    """Return scores and gradients of a loss that weighs every pixel differently."""
    network.zero_grad()
    image.grad = None
    scores = scores_of(network, image)
    torch.manual_seed(13)
    (scores * torch.randn_like(scores)).mean().backward()
    weights = torch.cat([each.grad.flatten() for each in network.parameters()])
    return {"scores": scores.detach(), "image": image.grad, "weights": weights}


def test_plain_stream_is_another_computation():
    network, image = narrow("frrn_a").eval(), image_for("frrn_a")
    with torch.no_grad():
        assert not torch.equal(plain_scores(network, image), network(image))


@every_network
def test_convolutions_start_uniform_with_the_gain_of_what_follows(name):
    torch.manual_seed(14)
    network = build(name, 3, 19, {"width": "1/2"})
    for path, layer in network.named_modules():
        if not isinstance(layer, nn.Conv2d):
            continue
        gain = 2**0.5 if before_relu(network, path.removesuffix(".conv")) else 1
        bound = gain * (3 / layer.weight[0].numel()) ** 0.5
        assert layer.weight.abs().max() <= bound
        assert layer.weight.abs().max() > 0.9 * bound
        assert layer.bias is None or not layer.bias.any()


def before_relu(network, path):
    """Say whether a ReLU follows: the first of a unit, and both of one that couples streams."""
    couples = hasattr(network.get_submodule(path.rpartition(".")[0]), "residual")
    return path.endswith((".first", "stem.0")) or (couples and path.endswith(".second"))


@every_network
def test_batch_norms_are_those_of_the_release(name):
    norms = [each for each in narrow(name).modules() if isinstance(each, nn.BatchNorm2d)]
    assert norms
    assert {(each.eps, each.momentum) for each in norms} == {(1e-4, 0.1)}


@every_network
def test_only_the_residual_layers_and_the_scores_have_a_bias(name):
    biased = {
        path.rpartition(".")[2]
        for path, layer in narrow(name).named_modules()
        if isinstance(layer, nn.Conv2d) and layer.bias is not None
    }
    assert biased == ({"score"} if name == NAMES[2] else {"score", "residual"})


@every_frrn
def test_widths_of_the_decoder_are_half_those_of_the_encoder_at_the_same_scale(name):
    with torch.device("meta"):
        _, *stages, _ = build(name, 3, 19).stages
    widths = [[unit.residual.in_channels for unit in stage.units] for stage in stages]
    down = [[96] * 3, [192] * 4, [384] * 2, [384] * 2]
    up = [[192] * 2, [192] * 2, [96] * 2]
    if name == "frrn_b":
        down, up = [*down, [384] * 2], [[192] * 2, *up]
    assert widths == down + up


def test_alignments_double_a_ramp_each_in_its_way():
    ramp = torch.tensor([0.0, 4.0, 8.0]).view(1, 1, 1, 3)
    rows = {
        name: BilinearDouble(name)(ramp)[0, 0, 0].tolist()
        for name in ("half-pixel", "top-left", "corners")
    }
    assert rows["half-pixel"] == [0, 1, 3, 5, 7, 8]
    assert rows["top-left"] == [0, 2, 4, 6, 8, 8]
    assert rows["corners"] == pytest.approx([0, 1.6, 3.2, 4.8, 6.4, 8])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("frrn_a", {"split_bn": "no", "merge": "convolution"}),
        ("frrn_b", {"alignment": "top-left"}),
        ("frrn_resnet_baseline", {"skips": "match"}),
    ],
)
def test_options_fold_too(name, options):
    network, image = narrow(name, torch.float64, **options).eval(), image_for(name, torch.float64)
    with torch.no_grad():
        assert_near(fold(network)(image), network(image), 1e-12)


@every_network
def test_top_left_alignment_needs_no_more_halo(name):
    row = row_named(name)
    stride_px, halo_px = row.geometry({"alignment": "top-left"})
    assert halo_px == row.halo_px
    network = narrow(name, torch.float64, alignment="top-left").eval()
    strip = torch.randn(1, 4, 32, 2 * halo_px + 2 * stride_px, dtype=torch.float64)
    with torch.no_grad():
        whole = network(strip)
        for first in (halo_px, halo_px + stride_px):
            window = network(strip[..., first - halo_px : first + stride_px + halo_px])
            core, inner = slice(first, first + stride_px), slice(halo_px, halo_px + stride_px)
            assert_near(window[..., inner], whole[..., core], 1e-12)


def test_corner_alignment_cannot_be_tiled():
    options = {"alignment": "corners"}
    stride_px, halo_px = row_named("frrn_a").geometry(options)
    assert (stride_px, halo_px) == (16, None)
    network = narrow("frrn_a", torch.float64, **options).eval()
    strip = torch.randn(1, 4, 16, 1024, dtype=torch.float64)
    with torch.no_grad():
        whole, window = network(strip), network(strip[..., :512])
    scale = whole.abs().max()
    assert (window[..., :16] - whole[..., :16]).abs().max() > 1e-3 * scale


@pytest.mark.parametrize(
    ("name", "reach"), [("frrn_a", 240), ("frrn_b", 464), ("frrn_resnet_baseline", 240)]
)
def test_reach_over_all_phases_is_the_published_one(name, reach):
    stride = row_named(name).stride_px
    torch.manual_seed(15)
    network = build(name, 4, 2, {"width": "1/16"}).eval().requires_grad_(False)
    for parameter in network.parameters():  # nothing cancels, and nothing grows
        parameter.abs_()
        if parameter.dim() > 1:
            parameter.div_(parameter.flatten(1).sum(1).max())
    start = -(-reach // stride) * stride + stride
    image = torch.ones(stride, 4, 32, 2 * start + stride)
    for phase in range(stride):
        image[phase, ..., start + phase] = torch.nan
    seen = network(image).isnan().any(1).any(1)  # (phases, columns)
    spans = [columns.nonzero() for columns in seen]
    left = max(int(span[-1]) - start - phase for phase, span in enumerate(spans))
    right = max(start + phase - int(span[0]) for phase, span in enumerate(spans))
    assert (left, right) == (reach, reach)
