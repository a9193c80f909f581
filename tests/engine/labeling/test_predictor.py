# SPDX-License-Identifier: GPL-2.0-or-later
"""A predictor averages orientations, and returns freed maps before layers with large weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import AveragedTurns
from orthoscribe.engine.labeling import predictor
from orthoscribe.engine.labeling.predictor import Predictor
from orthoscribe.engine.labeling.schedule import Schedule
from orthoscribe.engine.labeling.sliding_window import label_scene
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.tests.random_models import save_random_model
from torch import nn

ROLES = ("nir", "red", "green")
WHOLE = slice(0, 8), slice(0, 8)


def test_heap_is_trimmed_before_each_layer_with_large_weights(monkeypatch):
    small, large = nn.Conv2d(4, 5, 1), nn.Conv2d(5, 6, 1)
    done = []
    monkeypatch.setattr(predictor, "LARGE_WEIGHT_BYTES", large.weight.nbytes)
    monkeypatch.setattr(predictor, "trim_heap", lambda: done.append("trimmed"))
    network = nn.Sequential(small, large).eval()
    device = torch.device("cpu")
    tried = Predictor(network, device, codes=range(1, 7), stride_px=1, halo_px=0)
    tried.network.network[0].register_forward_hook(lambda *_: done.append("small"))
    for _ in range(2):
        tried.codes_and_confidence(np.zeros((1, 4, 8, 8), np.float32), WHOLE)
    assert done == ["small", "trimmed"] * 2


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


@pytest.mark.parametrize("architecture", ["maggiori_skip", "maggiori_mlp"])
def test_tiles_of_several_orientations_have_the_labels_of_the_whole(tmp_path, architecture):
    bundle = load_bundle(Path(save_random_model(tmp_path / "a", architecture, ROLES, (0.1, 0.2))))
    card, network = replace(bundle.card, averaged_turns=4), load_network(bundle)
    image = np.random.default_rng(8).random((3, 250, 310), np.float32)
    tried = Predictor.from_card(card, network, torch.device("cpu"))

    def labels(core_px):
        codes = np.zeros(image.shape[1:], np.uint8)

        def read(window):
            return image[(slice(None), *window.slices)], np.ones(codes[window.slices].shape, bool)

        def write(window, part, _):
            codes[window.slices] = part

        label_scene(read, write, tried, *codes.shape, schedule=Schedule(core_px, 1, 1))
        return codes

    assert np.array_equal(labels(64), labels(512))
    assert len(np.unique(labels(64))) > 1
