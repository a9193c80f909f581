# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores averaged over turned copies: by hand, turned, and in windows."""

from __future__ import annotations

import pytest
import torch
from orthoscribe.engine.architectures import AveragedTurns, build, fold
from orthoscribe.engine.architectures.averaged_turns import turned_core

HALO_PX = 80


@pytest.fixture(scope="module", params=["maggiori_skip", "maggiori_mlp"])
def network(request):
    torch.manual_seed(3)
    return build(request.param, 3, 5).eval()


def turned_by_hand(network, image, quarters):
    scores = network(torch.rot90(image, quarters, (2, 3)))
    return torch.rot90(scores.log_softmax(1), -quarters, (2, 3))


@pytest.mark.parametrize(("turns", "quarters"), [(2, (0, 2)), (4, (0, 1, 2, 3))])
def test_scores_are_the_mean_log_probabilities_of_the_orientations(network, turns, quarters):
    image = torch.rand(2, 3, 64, 96)
    with torch.inference_mode():
        averaged = AveragedTurns(network, turns)(image)
        by_hand = torch.stack([turned_by_hand(network, image, each) for each in quarters]).mean(0)
        plain = network(image).log_softmax(1)
    assert torch.allclose(averaged, by_hand, atol=1e-5)
    assert not torch.allclose(averaged, plain, atol=1e-3)


@pytest.mark.parametrize("turns", [2, 4])
def test_labels_turn_with_the_image(network, turns):
    image = torch.rand(1, 3, 64, 96)
    averaged, quarters = AveragedTurns(network, turns), 4 // turns
    with torch.inference_mode():
        turned = averaged(torch.rot90(image, quarters, (2, 3)))
        assert torch.allclose(turned, torch.rot90(averaged(image), quarters, (2, 3)), atol=1e-5)


def test_turned_core_holds_the_pixels_of_the_core():
    image, core = torch.arange(6 * 9.0).reshape(1, 1, 6, 9), (slice(1, 3), slice(2, 7))
    for quarters in range(4):
        rows, cols = turned_core(core, image, quarters)
        turned = torch.rot90(image, quarters, (2, 3))[..., rows, cols]
        assert torch.equal(torch.rot90(turned, -quarters, (2, 3)), image[..., core[0], core[1]])


@pytest.mark.parametrize("turns", [2, 4])
def test_window_with_its_halo_has_the_scores_of_the_whole(network, turns):
    averaged = AveragedTurns(fold(network), turns)
    image = torch.rand(1, 3, 256, 320)
    core = slice(96, 141), slice(112, 187)  # as at the edges of a scene, off the stride
    window = slice(96 - HALO_PX, 144 + HALO_PX), slice(112 - HALO_PX, 192 + HALO_PX)
    inner = tuple(slice(HALO_PX, span.stop - span.start + HALO_PX) for span in core)
    with torch.inference_mode():
        whole = averaged(image, core)
        part = averaged(image[..., window[0], window[1]], inner)
    assert whole.shape[2:] == (45, 75)
    assert torch.allclose(part, whole, atol=1e-5)


@pytest.mark.parametrize("turns", [0, 3, 8])
def test_odd_numbers_of_orientations_are_refused(network, turns):
    with pytest.raises(ValueError, match="must be one of 1, 2, 4"):
        AveragedTurns(network, turns)
