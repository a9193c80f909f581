# SPDX-License-Identifier: GPL-2.0-or-later
"""CRF-RNN: weights, iterations, gradients."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import count_parameters
from orthoscribe.engine.architectures.crf import CrfRnn
from orthoscribe.engine.architectures.crf.brute_force import BruteForceFilter
from orthoscribe.engine.architectures.crf.features import colored_positions, positions
from orthoscribe.engine.architectures.crf.rnn import RATE_FACTORS
from orthoscribe.engine.architectures.crf.settings import BAND_SCALE


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(8)


def plain(height, width, classes=5, bands=4):
    """Return scores and an image with little noise."""
    image = torch.randn(1, bands, height, width) / BAND_SCALE
    image[..., width // 2 :] += 1
    return torch.randn(1, classes, height, width), image


@pytest.mark.parametrize(("classes", "count"), [(21, 1323), (5, 75), (6, 108)])
def test_crf_rnn_has_three_matrices(classes, count):
    assert count_parameters(CrfRnn(classes)) == count


def test_crf_rnn_starts_with_scaled_identities():
    crf = CrfRnn(4)
    assert torch.equal(crf.smooth_weights, 3 * torch.eye(4))
    assert torch.equal(crf.bilateral_weights, 5 * torch.eye(4))
    assert torch.equal(crf.compatibility, torch.eye(4))
    assert set(RATE_FACTORS) == {name for name, _ in crf.named_parameters()}


@pytest.mark.parametrize("names", [["compatibility"], ["smooth_weights", "bilateral_weights"]])
def test_weights_of_zero_leave_the_scores_as_they_are(names):
    crf = CrfRnn(5).eval().requires_grad_(False)
    for name in names:
        getattr(crf, name).zero_()
    scores, image = plain(20, 30)
    assert torch.equal(crf(scores, image), scores)


def test_iteration_is_that_of_the_paper():
    scores, image = plain(12, 15, classes=3)
    crf = CrfRnn(3, iterations=2).eval().requires_grad_(False)
    crf.smooth_weights.normal_()
    crf.bilateral_weights.normal_()
    crf.compatibility.normal_()
    smooth = BruteForceFilter(positions(12, 15, 3, image)).kernel
    bilateral = BruteForceFilter(colored_positions(image[0], 160, 3 / BAND_SCALE)).kernel
    unary = current = scores[0].flatten(1)  # (classes, pixels)
    for _ in range(2):
        beliefs = current.softmax(0)
        message = crf.smooth_weights @ (beliefs @ smooth / smooth.sum(0))
        message += crf.bilateral_weights @ (beliefs @ bilateral / bilateral.sum(0))
        current = unary + crf.compatibility @ message
    found = crf(scores, image)[0].flatten(1)
    torch.testing.assert_close(found, current, rtol=0, atol=0.02)


def test_crf_rnn_iterates_five_times_to_learn_and_ten_to_label():
    scores, image = plain(16, 16)
    crf = CrfRnn(5).requires_grad_(False)
    five = CrfRnn(5, iterations=5).eval().requires_grad_(False)
    ten = CrfRnn(5, training_iterations=10).train().requires_grad_(False)
    assert torch.equal(crf.train()(scores, image), five(scores, image))
    assert torch.equal(crf.eval()(scores, image), ten(scores, image))
    assert not torch.equal(five(scores, image), ten(scores, image))


def test_gradients_reach_scores_and_all_weights():
    crf = CrfRnn(3, training_iterations=2).double()
    scores, image = (each.double() for each in plain(3, 4, classes=3))

    def refine(scores, *weights):
        named = dict(zip(dict(crf.named_parameters()), weights, strict=True))
        return torch.func.functional_call(crf, named, (scores, image))

    inputs = (scores.requires_grad_(), *(each.detach().clone() for each in crf.parameters()))
    assert torch.autograd.gradcheck(
        refine, [each.requires_grad_() for each in inputs], fast_mode=True
    )
    refine(*inputs).square().sum().backward()
    assert all(each.grad.abs().sum() > 0 for each in inputs)


def test_no_gradient_reaches_the_image():
    scores, image = plain(8, 8)
    image.requires_grad_()
    CrfRnn(5).train()(scores, image).sum().backward()
    assert image.grad is None
