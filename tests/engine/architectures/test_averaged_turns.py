# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores averaged over turned copies: by hand, in windows, and in a predictor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import AveragedTurns, build, fold
from orthoscribe.engine.architectures.averaged_turns import turned_core
from orthoscribe.engine.labeling.predictor import Predictor
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.tests.random_models import save_random_model

ROLES = ("nir", "red", "green")
HALO_PX = 80


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(3)
    return build("maggiori_skip", 3, 5).eval()


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
    core = slice(96, 144), slice(112, 192)
    window = tuple(slice(span.start - HALO_PX, span.stop + HALO_PX) for span in core)
    inner = tuple(slice(HALO_PX, span.stop - span.start + HALO_PX) for span in core)
    with torch.inference_mode():
        whole = averaged(image, core)
        part = averaged(image[..., window[0], window[1]], inner)
    assert whole.shape[2:] == (48, 80)
    assert torch.allclose(part, whole, atol=1e-5)


def test_predictor_of_a_card_averages_its_turns(tmp_path):
    folder = save_random_model(tmp_path / "a", "maggiori_skip", ROLES, (0.1, 0.2))
    bundle = load_bundle(Path(folder))
    card, network = replace(bundle.card, averaged_turns=4), load_network(bundle)
    batch = np.random.default_rng(5).random((1, 3, 64, 64), np.float32)
    core = slice(16, 48), slice(16, 64)
    found = Predictor.from_card(card, network, torch.device("cpu")).scores(batch, core)
    with torch.inference_mode():
        expected = AveragedTurns(network, 4)(torch.from_numpy(batch))[..., core[0], core[1]]
    assert torch.allclose(found, expected, atol=1e-4)
