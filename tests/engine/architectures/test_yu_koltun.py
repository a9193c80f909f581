# SPDX-License-Identifier: GPL-2.0-or-later
"""Published numbers of the dilated networks: parameters, sizes, receptive fields, identities."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build, count_parameters, fold
from orthoscribe.engine.architectures.yu_koltun import context, network
from orthoscribe.engine.architectures.yu_koltun.context import ContextModule, start_as_identity
from orthoscribe.engine.architectures.yu_koltun.frontend import MARGIN_PX, FrontEnd
from orthoscribe.engine.architectures.yu_koltun.network import reflected
from orthoscribe.engine.architectures.yu_koltun.upsampling import (
    enlarge_scores,
    zoom_probabilities,
)
from orthoscribe.engine.protocol import row_named

COUNTS = [
    ("yk_frontend", 3, 21, 134_346_581),
    ("yk_frontend", 4, 5, 134_281_605),
    ("yk_frontend", 3, 19, 134_338_387),
    ("yk_frontend", 3, 11, 134_305_611),
    ("yk_context_basic", 3, 21, 134_374_973),
    ("yk_context_basic", 4, 5, 134_283_245),
    ("yk_context_large", 3, 21, 141_149_720),
    ("yk_context_large", 4, 5, 134_667_640),
    ("deeplab_largefov", 3, 21, 20_505_429),
    ("deeplab_largefov", 4, 5, 20_489_605),
    ("deeplab_msc", 3, 21, 21_711_445),
    ("deeplab_msc", 4, 5, 21_686_533),
]
BASIC_COUNTS = {5: 1_640, 6: 2_352, 21: 28_392}
LARGE_COUNTS = {5: 386_035, 6: 555_774, 19: 5_569_185, 21: 6_803_139}
REACHES = {"7": 330, "8": 458, "10": 1226}  # pixels, by the depth of the context module


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(3)


def narrow(name, **options):
    return build(name, 4, 3, {"width": "1/16", **options}).eval().requires_grad_(False)


def seeing(module):
    """Return a module without negative weights, so that nothing cancels or stays unseen."""
    for parameter in module.requires_grad_(False).parameters():
        parameter.abs_()
    return module.eval()


def spread(image, scores):
    """Return over how many columns an image (1, C, H, W) reaches the sum of some scores."""
    (gradient,) = torch.autograd.grad(scores.sum(), image)
    columns = (gradient[0].abs().sum((0, 1)) > 0).nonzero()
    return int(columns[-1] - columns[0]) + 1


def without_maxima(front_end):
    """Return a front end whose every input counts, also where it is no maximum."""
    for place in range(3):
        front_end.trunk.pools[place] = torch.nn.AvgPool2d(2)
    return front_end


@pytest.mark.parametrize("module", [network, context])
def test_examples_in_docstrings_are_true(module):
    result = doctest.testmod(module)
    assert (result.failed, result.attempted > 0) == (0, True)


@pytest.mark.parametrize(("name", "bands", "classes", "expected"), COUNTS)
def test_parameters_are_those_of_the_paper(name, bands, classes, expected):
    with torch.device("meta"):
        assert count_parameters(build(name, bands, classes)) == expected


@pytest.mark.parametrize("classes", [5, 6, 19, 21])
def test_context_modules_have_as_many_weights_as_the_paper_says(classes):
    with torch.device("meta"):
        basic = ContextModule(classes)
        large = ContextModule(classes, large=True)
    weights, biases = counts_of(basic)
    assert (weights, biases) == (64 * classes**2, 8 * classes)
    assert weights + biases == BASIC_COUNTS.get(classes, weights + biases)
    weights, biases = counts_of(large)
    assert (weights, biases) == (15_422 * classes**2, 97 * classes)
    assert weights + biases == LARGE_COUNTS[classes]


def counts_of(network):
    convolutions = [layer for layer in network.modules() if isinstance(layer, torch.nn.Conv2d)]
    return sum(c.weight.numel() for c in convolutions), sum(c.bias.numel() for c in convolutions)


def test_context_module_of_cityscapes_has_29792_parameters():
    assert count_parameters(ContextModule(19, depth=10)) == 29_792


def test_large_module_has_the_widths_of_the_released_one():
    layers = ContextModule(21, large=True).layers
    widths = [layer.out_channels for layer in layers if isinstance(layer, torch.nn.Conv2d)]
    assert widths == [42, 42, 84, 168, 336, 672, 672, 21]


@pytest.mark.parametrize(
    ("size", "cells"), [(500, 16), (852, 60), (900, 66), (1100, 91), (1396, 128), (1640, 158)]
)
def test_front_end_gives_the_published_sizes(size, cells):
    with torch.device("meta"):
        scores = FrontEnd(3, 21, width=1 / 16)(torch.empty(1, 3, size, size))
    assert scores.shape == (1, 21, cells, cells)


def test_front_end_sees_380_pixels_around_its_cell():
    front_end = without_maxima(seeing(FrontEnd(1, 1, width=1 / 16)))
    image = torch.ones(1, 1, 380, 372 + 8 * 4, requires_grad=True)
    scores = front_end(image)  # (1, 1, 1, 4)
    assert spread(image, scores[..., 1]) == 380
    (gradient,) = torch.autograd.grad(front_end(image)[..., 1].sum(), image)
    assert int((gradient[0, 0].sum(0) > 0).nonzero()[0]) == 8  # margin before pixels 8 to 15


def test_layers_of_the_context_module_see_as_far_as_table_1_says():
    layers = seeing(ContextModule(2)).layers
    seen = []
    for last in (1, 3, 5, 7, 9, 11, 13, 14):
        cells = torch.ones(1, 2, 3, 101, requires_grad=True)
        seen.append(spread(cells, layers[: last + 1](cells)[..., 50]))
    assert seen == [3, 5, 9, 17, 33, 65, 67, 67]


@pytest.mark.parametrize(("depth", "expected"), [(7, 35), (8, 67), (10, 259)])
@pytest.mark.parametrize("pad_once", [False, True])
def test_context_module_sees_as_far_as_its_depth_lets_it(depth, expected, pad_once):
    module = seeing(ContextModule(2, depth=depth, pad_once=pad_once))
    cells = torch.ones(1, 2, 3, 281, requires_grad=True)
    scores = module(cells)
    assert scores.shape == cells.shape
    assert spread(cells, scores[..., 140]) == expected == 2 * module.reach + 1


def test_front_end_and_context_see_908_pixels():
    front_end = without_maxima(seeing(FrontEnd(1, 1, width=1 / 16)))
    module = seeing(ContextModule(1))
    image = torch.ones(1, 1, 380, 372 + 8 * 71, requires_grad=True)
    assert spread(image, module(front_end(image))[..., 35]) == 908


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("depth", [7, 8, 10])
def test_context_module_without_noise_starts_as_relu(large, depth):
    cells = torch.randn(2, 3, 20, 24, dtype=torch.float64)
    for pad_once in (False, True):
        module = ContextModule(3, large=large, depth=depth, sigma=0, pad_once=pad_once).double()
        torch.testing.assert_close(module(cells), cells.relu(), rtol=0, atol=1e-14)


def test_identity_with_noise_keeps_its_groups():
    conv = torch.nn.Conv2d(6, 12, 3)
    start_as_identity(conv, 3, sigma=0.01)
    same = torch.arange(12)[:, None] // 4 == torch.arange(6)[None, :] // 2
    assert (conv.weight[:, :, 1, 1][same] == 3 / 12).all()
    others = conv.weight[:, :, 1, 1][~same]
    assert 0 < others.abs().max() < 0.05
    around = conv.weight.flatten(2)[:, :, [0, 1, 2, 3, 5, 6, 7, 8]]
    assert float(around.detach().std()) == pytest.approx(0.01, rel=0.15)
    assert (conv.bias == 0).all()


def test_final_layer_starts_small():
    score = FrontEnd(3, 21, width=1 / 8).score
    assert float(score.weight.detach().std()) == pytest.approx(0.001, rel=0.05)
    assert (score.bias == 0).all()


@pytest.mark.parametrize(("height", "width"), [(8, 8), (8, 200), (104, 187), (1, 2)])
def test_reflection_repeats_no_edge_pixel_however_small_the_image(height, width):
    image = torch.randn(1, 2, height, width)
    part = reflected(image, (-MARGIN_PX, height + MARGIN_PX), (-MARGIN_PX, width + MARGIN_PX))
    padding = ((0, 0), (0, 0), (MARGIN_PX, MARGIN_PX), (MARGIN_PX, MARGIN_PX))
    assert np.array_equal(part.numpy(), np.pad(image.numpy(), padding, mode="reflect"))


@pytest.mark.parametrize("name", ["yk_frontend", "yk_context_large"])
@pytest.mark.parametrize("upsampling", ["scores", "zoom"])
def test_images_smaller_than_the_margin_are_scored(name, upsampling):
    network = narrow(name, upsampling=upsampling)
    scores = network(torch.randn(1, 4, 8, 24))
    assert scores.shape == (1, 3, 8, 24)
    assert scores.isfinite().all()


def test_image_of_n_pixels_has_an_eighth_as_many_cells():
    network = narrow("yk_frontend")
    image = torch.randn(1, 4, 64, 104)
    cells = network.cells(image)
    assert cells.shape == (1, 3, 8, 13)
    assert torch.equal(enlarge_scores(cells), network(image))


def test_zoom_interpolates_probabilities_from_the_top_left():
    cells = torch.randn(1, 3, 3, 4)
    found = zoom_probabilities(cells).softmax(1)
    assert found.shape == (1, 3, 16, 24)
    known = cells.softmax(1)
    for row, col in ((0, 0), (8, 16), (3, 5), (15, 23)):
        (top, down), (left, right) = divmod(row / 8, 1), divmod(col / 8, 1)
        patch = known[0, :, int(top) : int(top) + 2, int(left) : int(left) + 2]
        weights = torch.outer(torch.tensor([1 - down, down]), torch.tensor([1 - right, right]))
        torch.testing.assert_close(found[0, :, row, col], (patch * weights).sum((1, 2)))


OPTIONS = [
    ("yk_frontend", {"upsampling": "zoom"}),
    ("yk_context_basic", {"upsampling": "zoom"}),
    ("yk_context_basic", {"pad_once": "yes"}),
    ("yk_context_large", {"context_depth": "7"}),
    ("yk_context_basic", {"context_depth": "10"}),
    ("yk_context_basic", {"context_depth": "10", "pad_once": "yes", "upsampling": "zoom"}),
]


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_halo_suffices_and_no_stride_less_does_whatever_the_options(name, options):
    network, halo = seeing(narrow(name, **options)), row_named(name).geometry(options).halo_px
    start, width = halo + 64, 2 * (halo + 64) + 8  # a tile of one stride in the middle
    for distance, touched in ((halo + 1, False), (halo - 8, True)):
        image = torch.ones(1, 4, 8, width)
        image[..., [start - distance, start + 7 + distance]] = torch.nan
        assert bool(network(image)[..., start : start + 8].isnan().any()) == touched


def test_geometry_follows_the_depth_of_the_context_module():
    row = row_named("yk_context_large")
    for depth, need in REACHES.items():
        assert row.geometry({"context_depth": depth}).halo_px == -(-need // 8) * 8
    assert row_named("yk_frontend").geometry({"upsampling": "zoom"}).halo_px == 200


@pytest.mark.parametrize(("name", "options"), [("yk_frontend", {}), *OPTIONS[:4]])
def test_core_has_the_scores_of_the_whole_image(name, options):
    network = narrow(name, **options).double()
    image = torch.randn(1, 4, 24, 640, dtype=torch.float64)
    whole = network(image)
    for cols in (slice(0, 8), slice(264, 280), slice(299, 302), slice(632, 640)):
        core = network.forward_core(image, (slice(8, 21), cols))
        torch.testing.assert_close(core, whole[..., 8:21, cols], rtol=0, atol=1e-10)


@pytest.mark.parametrize("options", [{}, {"upsampling": "zoom"}])
def test_folded_network_cuts_out_its_core(options):
    network = narrow("yk_context_basic", **options)
    image = torch.randn(1, 4, 64, 96)
    core = (slice(8, 21), slice(40, 96))
    folded = fold(network)(image, core)
    torch.testing.assert_close(folded, network(image)[..., core[0], core[1]], rtol=0, atol=1e-5)


def test_multi_scale_branches_meet_the_classifier_at_stride_8():
    network = build("deeplab_msc", 4, 5, {"width": "1/8"}).eval()
    image = torch.randn(1, 4, 32, 48)
    taps = (image, *network.trunk(image))
    sizes = {tuple(branch(tap).shape) for branch, tap in zip(network.branches, taps, strict=False)}
    assert sizes == {(1, 16, 4, 6)}
    with torch.device("meta"):
        wide = build("deeplab_msc", 3, 21).score.in_channels
        narrower = build("deeplab_largefov", 3, 21).score.in_channels
    assert (wide, wide - narrower) == (1024 + 640, 640)
