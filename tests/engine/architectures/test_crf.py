# SPDX-License-Identifier: GPL-2.0-or-later
"""The dense CRF against all pairs of pixels, and behind a network."""

from __future__ import annotations

import doctest
from dataclasses import replace
from math import exp, log

import pytest
import torch
from orthoscribe.engine.architectures import Head, fold, training_heads
from orthoscribe.engine.architectures.crf import (
    PRESETS,
    CrfRnn,
    DenseCrf,
    LocalCrf,
    WithCrf,
    local,
    settings,
)
from orthoscribe.engine.architectures.crf.brute_force import BruteForceFilter
from orthoscribe.engine.architectures.crf.features import colored_positions, positions
from orthoscribe.engine.architectures.crf.gaussian import GaussianFilter
from orthoscribe.engine.architectures.crf.settings import BAND_SCALE
from torch import nn

GIVEN = PRESETS["deeplab_largefov"]
CRFS = {"dense": DenseCrf, "local": LocalCrf, "rnn": CrfRnn}
every_crf = pytest.mark.parametrize("crf", CRFS.values(), ids=CRFS)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(8)


def quarters(height, width):
    quarter = torch.zeros(height, width, dtype=torch.long)
    quarter[height // 3 :] += 1
    quarter[:, width // 2 :] += 2
    return quarter


def regions(height, width, noise, classes=5, bands=4):
    """Return scores and an image of four quarters of one color each, under noise in gray levels."""
    quarter = quarters(height, width)
    image = torch.rand(4, bands)[quarter] * 120 + torch.randn(height, width, bands) * noise
    truth = nn.functional.one_hot(quarter % classes, classes)
    scores = torch.randn(height, width, classes) + truth
    return scores.permute(2, 0, 1)[None], image.permute(2, 0, 1)[None] / BAND_SCALE


def by_the_book(scores, image, given):
    """Return Q as a list of lists: section 8 of the specification, pixel by pixel."""
    classes, height, width = scores.shape
    pixels = [(row, col) for row in range(height) for col in range(width)]
    color = {p: (image[:, p[0], p[1]] * BAND_SCALE).tolist() for p in pixels}
    energy = {p: [-log(max(x, 1e-5)) for x in scores[:, p[0], p[1]].softmax(0)] for p in pixels}

    def bilateral(p, q):
        near = sum((a - b) ** 2 for a, b in zip(p, q, strict=True)) / given.bilateral_px**2
        like = sum((a - b) ** 2 for a, b in zip(color[p], color[q], strict=True))
        return exp(-(near + like / given.bilateral_levels**2) / 2)

    def smooth(p, q):
        return exp(-sum((a - b) ** 2 for a, b in zip(p, q, strict=True)) / given.smooth_px**2 / 2)

    def softmax(logits):
        powers = [exp(x) for x in logits]
        return [x / sum(powers) for x in powers]

    beliefs = {p: softmax([-u for u in energy[p]]) for p in pixels}
    mass = {(k, p): sum(k(p, q) for q in pixels) for k in (bilateral, smooth) for p in pixels}
    kernels = ((given.bilateral_weight, bilateral), (given.smooth_weight, smooth))
    for _ in range(given.iterations):
        messages = {
            p: [
                sum(
                    w * k(p, q) / (mass[k, p] * mass[k, q]) ** 0.5 * beliefs[q][c]
                    for w, k in kernels
                    for q in pixels
                )
                for c in range(classes)
            ]
            for p in pixels
        }
        beliefs = {
            p: softmax([m - u for m, u in zip(messages[p], energy[p], strict=True)]) for p in pixels
        }
    return torch.tensor([beliefs[p] for p in pixels]).T.view(classes, height, width)


def test_examples_in_docstrings_are_true():
    assert doctest.testmod(settings).failed == doctest.testmod(local).failed == 0


def test_brute_force_is_the_specification_pixel_by_pixel():
    scores, image = regions(4, 6, noise=8, classes=3)
    scores[0, 0, 0, 0] = -30  # below the least probability
    given = replace(GIVEN, iterations=3)
    found = DenseCrf(3, given, brute_force=True)(scores.double(), image.double()).exp()
    expected = by_the_book(scores[0].double(), image[0].double(), given)
    torch.testing.assert_close(found[0], expected.double(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("brute_force", [False, True])
def test_dense_without_weights_returns_the_unary_probabilities(brute_force):
    scores, image = regions(16, 16, noise=5)
    given = replace(GIVEN, bilateral_weight=0, smooth_weight=0)
    found = DenseCrf(5, given, brute_force=brute_force)(scores, image)
    torch.testing.assert_close(found, scores.log_softmax(1), rtol=0, atol=1e-4)


@pytest.mark.parametrize("brute_force", [False, True])
def test_constant_image_raises_the_majority(brute_force):
    scores = torch.randn(1, 2, 16, 16) + torch.tensor([0.5, 0]).view(1, 2, 1, 1)
    found = DenseCrf(2, brute_force=brute_force)(scores, torch.zeros(1, 4, 16, 16)).exp()
    before = scores.softmax(1)
    assert (found[:, 0] > before[:, 0]).float().mean() > 0.99
    assert (found.argmax(1) == 0).all()
    assert (before.argmax(1) == 1).any()


@pytest.mark.parametrize("noise", [0, 1, 3])
@pytest.mark.parametrize("name", PRESETS)
def test_lattice_is_near_brute_force_where_regions_are_plain(name, noise):
    scores, image = regions(37, 51, noise)
    exact = DenseCrf(5, PRESETS[name], brute_force=True)(scores, image)
    found = DenseCrf(5, PRESETS[name])(scores, image)
    assert (found.exp() - exact.exp()).abs().mean() < 2e-3
    assert (found.argmax(1) != exact.argmax(1)).float().mean() < 2e-3


@pytest.mark.parametrize("noise", [6, 12, 30])
def test_bridges_bring_the_lattice_nearer_to_brute_force(noise):
    scores, image = regions(40, 40, noise)
    exact = DenseCrf(5, brute_force=True)(scores, image).exp()
    plain, bridged = (
        (DenseCrf(5, bridges=bridges)(scores, image).exp() - exact).abs().mean()
        for bridges in (False, True)
    )
    assert bridged < 0.6 * plain


def test_colors_part_what_places_do_not():
    scores, image = regions(32, 40, noise=1)
    truth = quarters(32, 40)
    assert (scores.argmax(1) == truth).float().mean() < 0.6
    assert (DenseCrf(5)(scores, image).argmax(1) == truth).all()
    assert (DenseCrf(5)(scores, 0 * image).argmax(1) == truth).float().mean() < 0.9


def test_band_scale_is_the_unit_of_the_color_widths():
    scores, image = regions(20, 24, noise=3)
    found = DenseCrf(5, band_scale=255)(scores, image * BAND_SCALE / 255)
    torch.testing.assert_close(found, DenseCrf(5)(scores, image), rtol=0, atol=1e-3)


def test_brute_force_refuses_more_pixels_than_memory_holds():
    with pytest.raises(ValueError, match="10000 pixels"):
        DenseCrf(2, brute_force=True)(torch.zeros(1, 2, 101, 100), torch.zeros(1, 3, 101, 100))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 40), (37, 51), (64, 5)])
@pytest.mark.parametrize("sigma_px", [1, 3])
def test_gaussian_filter_is_the_sum_over_all_pairs(height, width, sigma_px):
    values = torch.rand(height * width, 3, dtype=torch.float64)
    exact = BruteForceFilter(positions(height, width, sigma_px, values))(values)
    found = GaussianFilter(height, width, sigma_px)(values)
    torch.testing.assert_close(found, exact, rtol=1e-4, atol=1e-4)


def test_features_are_colors_columns_and_rows_in_widths():
    image = torch.arange(12.0).view(2, 2, 3)
    features = colored_positions(image, 2, 4)
    assert features.shape == (6, 4)
    assert features[5].tolist() == [5 / 4, 11 / 4, 2 / 2, 1 / 2]


@every_crf
@pytest.mark.parametrize(("bands", "classes"), [(3, 2), (4, 5), (5, 6)])
@pytest.mark.parametrize(("height", "width"), [(37, 51), (2, 9), (1, 1)])
def test_crf_scores_every_pixel_of_any_image(crf, bands, classes, height, width):
    scores = torch.randn(2, classes, height, width)
    image = torch.randn(2, bands, height, width)
    with torch.no_grad():
        found = crf(classes).eval()(scores, image)
    assert found.shape == scores.shape
    assert found.dtype == torch.float32
    assert found.isfinite().all()


@every_crf
def test_crf_sees_each_image_of_a_batch_alone(crf):
    refine = crf(5).eval()
    scores, image = torch.randn(3, 5, 17, 23), torch.randn(3, 4, 17, 23)
    with torch.no_grad():
        alone = [refine(scores[i : i + 1], image[i : i + 1]) for i in range(3)]
        torch.testing.assert_close(refine(scores, image), torch.cat(alone), rtol=0, atol=1e-5)


@every_crf
def test_crf_gives_the_same_twice(crf):
    refine = crf(5).eval()
    scores, image = torch.randn(1, 5, 40, 56), torch.randn(1, 4, 40, 56)
    with torch.no_grad():
        assert torch.equal(refine(scores, image), refine(scores, image))


@pytest.mark.parametrize("crf", [DenseCrf, LocalCrf])
def test_crf_gives_the_logarithm_of_probabilities(crf):
    scores, image = regions(20, 30, noise=6)
    total = crf(5)(scores, image).exp().sum(1)
    torch.testing.assert_close(total, torch.ones_like(total))


def test_search_grid_holds_what_deeplab_compares():
    grid = settings.search_grid()
    assert {each.bilateral_weight for each in grid} == set(range(5, 11))
    assert {each.bilateral_px for each in grid} == {50, 60, 70, 80, 90, 100}
    assert {each.bilateral_levels for each in grid} == set(range(3, 11))
    assert {(each.smooth_weight, each.smooth_px) for each in grid} == {(3, 3)}


def test_settings_refuse_kernels_without_width():
    with pytest.raises(ValueError, match="greater than zero"):
        replace(GIVEN, smooth_px=0)
    with pytest.raises(ValueError, match="iterations must not be negative"):
        replace(GIVEN, iterations=-1)


class TwoHeaded(nn.Module):
    """Scores by a convolution, and another task's."""

    def __init__(self):
        super().__init__()
        self.scores, self.geometry = nn.Conv2d(4, 5, 3, padding=1), nn.Conv2d(4, 3, 1)

    def forward(self, image):
        return self.scores(image)

    def heads(self, image):
        return Head("main", self(image)), Head("geometry", self.geometry(image), 0.3)


def normed():
    network = nn.Sequential(nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 5, 1))
    return network.requires_grad_(False)


@pytest.mark.parametrize("crf", [DenseCrf, LocalCrf])
def test_network_learns_by_its_own_scores_where_the_crf_has_no_weights(crf):
    network, image = WithCrf(TwoHeaded(), crf(5)), torch.randn(2, 4, 16, 20)
    own = network.unary(image)
    assert torch.equal(network.train()(image), own)
    refined = network.eval()(image)
    torch.testing.assert_close(refined, network.crf(own, image))
    assert not torch.allclose(refined, own.log_softmax(1), atol=1e-2)


def test_network_learns_through_the_crf_rnn():
    network, image = WithCrf(TwoHeaded(), CrfRnn(5)), torch.randn(2, 4, 16, 20)
    assert not torch.allclose(network.train()(image), network.unary(image), atol=1e-2)


def test_other_heads_pass_the_crf_by():
    image = torch.randn(1, 4, 16, 20)
    unary = TwoHeaded()
    main, geometry = training_heads(WithCrf(unary, DenseCrf(5)).train(), image)
    assert torch.equal(main.scores, unary(image))
    assert (geometry.name, geometry.weight) == ("geometry", 0.3)
    assert torch.equal(geometry.scores, unary.geometry(image))
    refined = training_heads(WithCrf(unary, CrfRnn(5)).train(), image)[0]
    torch.testing.assert_close(refined.scores, WithCrf(unary, CrfRnn(5)).train()(image))
    assert len(training_heads(WithCrf(normed(), CrfRnn(5)), image)) == 1


@every_crf
def test_folded_network_keeps_its_crf(crf):
    network = WithCrf(normed(), crf(5)).eval()
    image = torch.randn(1, 4, 24, 32)
    with torch.no_grad():
        expected = network(image)[..., 4:20, 8:16]
        assert torch.equal(fold(network)(image, (slice(4, 20), slice(8, 16))), expected)
