# SPDX-License-Identifier: GPL-2.0-or-later
"""Classes that cannot stand higher than the ceilings of a card."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from orthoscribe.engine.labeling.predictor import Predictor
from orthoscribe.engine.models.bundle import load_bundle
from orthoscribe.engine.protocol import BUNDLED_MODELS, ISPRS, Normalization
from torch import nn

CAR = ISPRS.named("car").code
CARD = replace(load_bundle(BUNDLED_MODELS / "default").card, ceilings_m={"car": 3.5})
HEIGHTS = np.array([[0.0, 1.5, 3.4], [3.6, 9.0, 39.0]], np.float32)


class CarsEverywhere(nn.Module):
    """Network whose best class is the car, and its next best one the tree."""

    def forward(self, image):
        scores = torch.zeros(len(image), len(ISPRS), *image.shape[2:])
        scores[:, ISPRS.codes.index(CAR)] = 2
        scores[:, ISPRS.codes.index(ISPRS.named("tree").code)] = 1
        return scores


def labeled(card):
    predictor = Predictor.from_card(card, CarsEverywhere(), torch.device("cpu"))
    scales = card.normalization
    batch = np.zeros((1, card.channels, 4, 5), np.float32)
    batch[0, 3, 1:3, 1:4] = (HEIGHTS - scales.height_mean_m) / scales.height_std_m
    core = (slice(1, 3), slice(1, 4))
    codes, percents = predictor.codes_and_confidence(batch, core)
    return codes[0], percents[0]


def test_high_pixels_get_the_next_best_class():
    codes, percents = labeled(CARD)
    np.testing.assert_array_equal(codes == CAR, HEIGHTS <= 3.5)
    assert set(codes[HEIGHTS > 3.5]) == {ISPRS.named("tree").code}
    alone = 100 * np.exp(1) / (np.exp(1) + len(ISPRS) - 2)
    assert percents[1, 0] == pytest.approx(alone, abs=1)


def test_without_ceilings_any_height_is_possible():
    codes, _ = labeled(replace(CARD, ceilings_m={}))
    assert (codes == CAR).all()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ceilings_m": {"boat": 2.0}}, "'boat', which is not a class"),
        ({"ceilings_m": {"car": float("nan")}}, "finite numbers of meters"),
        ({"ceilings_m": dict.fromkeys((one.name for one in ISPRS.classes), 3.0)}, "without a"),
        ({"roles": ("nir", "red", "green")}, "needs heights"),
        (
            {
                "roles": ("red", "nir", "green", "height"),
                "normalization": Normalization(stretch_together=True, balance_nir=True),
            },
            "must begin with the bands NIR and red",
        ),
    ],
)
def test_cards_refuse_what_cannot_be(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(CARD, **changes)


def test_balancing_needs_a_common_stretch():
    with pytest.raises(ValueError, match="stretch all bands together"):
        Normalization(balance_nir=True)
