# SPDX-License-Identifier: GPL-2.0-or-later
"""A predictor returns freed maps before a layer that copies large weights."""

from __future__ import annotations

import numpy as np
import torch
from orthoscribe.engine.labeling import predictor
from orthoscribe.engine.labeling.predictor import Predictor
from torch import nn

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
