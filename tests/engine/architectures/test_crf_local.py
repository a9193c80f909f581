# SPDX-License-Identifier: GPL-2.0-or-later
"""The local CRF: exact in tiles, and no further than it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from orthoscribe.engine.architectures.crf import LocalCrf
from orthoscribe.engine.architectures.crf.brute_force import BruteForceFilter
from orthoscribe.engine.architectures.crf.features import colored_positions, positions
from orthoscribe.engine.architectures.crf.local import LOCAL
from orthoscribe.engine.architectures.crf.mean_field import (
    infer,
    normalized_by_row,
    unary_energies,
)
from orthoscribe.engine.architectures.crf.settings import BAND_SCALE
from orthoscribe.engine.tiling.grid import plan_tiles

BRIEF = replace(LOCAL, iterations=2)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(8)


def noisy(height, width, classes=5, bands=4):
    scores = torch.randn(1, classes, height, width, dtype=torch.float64)
    return scores, torch.randn(1, bands, height, width, dtype=torch.float64) / 3


def error(found, expected):
    return float((found - expected).abs().max())


@pytest.mark.parametrize(
    ("radius", "dilation", "reach_px"), [(3, 1, 15), (3, 2, 30), (2, 1, 10), (1, 4, 20)]
)
def test_tiled_run_equals_the_whole(radius, dilation, reach_px):
    crf = LocalCrf(5, radius=radius, dilation=dilation)
    assert crf.reach_px == reach_px
    scores, image = noisy(70, 83)
    whole = crf(scores, image)
    for core, window in plan_tiles(70, 83, core_px=24, stride_px=1, halo_px=reach_px):
        inside = (..., *window.slices)
        tile = crf(scores[inside], image[inside])
        place = core.shift(-window.row, -window.col)
        assert error(tile[(..., *place.slices)], whole[(..., *core.slices)]) < 1e-12


def test_tiled_run_differs_with_a_pixel_less():
    crf = LocalCrf(5, BRIEF, radius=2)
    scores, image = noisy(40, 40)
    whole, tile = crf(scores, image), crf(scores[..., 7:33, 7:33], image[..., 7:33, 7:33])
    assert error(tile[..., 3:-3, 3:-3], whole[..., 10:30, 10:30]) > 1e-6
    assert error(tile[..., 4:-4, 4:-4], whole[..., 11:29, 11:29]) < 1e-12


@pytest.mark.parametrize("touched", ["scores", "image"])
@pytest.mark.parametrize(("radius", "dilation"), [(2, 1), (1, 3)])
def test_a_pixel_reaches_just_as_far_as_stated(touched, radius, dilation):
    crf = LocalCrf(5, BRIEF, radius=radius, dilation=dilation)
    inputs = dict(zip(("scores", "image"), noisy(41, 45), strict=True))
    inputs[touched][0, 0, 20, 22] = float("nan")
    rows, cols = crf(**inputs).isnan().any(1)[0].nonzero().T
    assert (rows.min(), rows.max()) == (20 - crf.reach_px, 20 + crf.reach_px)
    assert (cols.min(), cols.max()) == (22 - crf.reach_px, 22 + crf.reach_px)


@pytest.mark.parametrize(("height", "width"), [(9, 7), (2, 11), (1, 1)])
def test_window_over_all_the_image_is_brute_force_normalized_by_row(height, width):
    scores, image = noisy(height, width)
    energies = unary_energies(scores[0].flatten(1).T, dim=1)
    ones = energies.new_ones(height * width, 1)
    sigma_bands = LOCAL.bilateral_levels / BAND_SCALE
    features = {
        LOCAL.bilateral_weight: colored_positions(image[0], LOCAL.bilateral_px, sigma_bands),
        LOCAL.smooth_weight: positions(height, width, LOCAL.smooth_px, ones),
    }
    kernels = [
        (weight, normalized_by_row(BruteForceFilter(each), ones))
        for weight, each in features.items()
    ]
    expected = infer(energies, kernels, LOCAL.iterations).T.view(1, 5, height, width)
    found = LocalCrf(5, radius=max(height, width))(scores, image)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def test_without_weights_the_unary_probabilities_remain():
    scores, image = noisy(12, 15)
    found = LocalCrf(5, replace(LOCAL, bilateral_weight=0, smooth_weight=0))(scores, image)
    torch.testing.assert_close(found, scores.log_softmax(1), rtol=0, atol=1e-4)


def test_constant_image_raises_the_majority():
    scores = torch.randn(1, 2, 24, 24) / 2 + torch.tensor([0.5, 0]).view(1, 2, 1, 1)
    found = LocalCrf(2)(scores, torch.zeros(1, 4, 24, 24))
    assert (scores.argmax(1) == 1).any()
    assert (found.argmax(1) == 0).all()
