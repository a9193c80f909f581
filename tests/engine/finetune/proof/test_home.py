# SPDX-License-Identifier: GPL-2.0-or-later
"""Home scores of a bundled model: fixed scenes, high scores, and classes matched by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from orthoscribe.engine.finetune.proof.home import FEWEST_PX, home_change, home_scores
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.engine.protocol import LandClass, Legend

MODELS = Path(__file__).resolve().parents[4] / "resources" / "models"


@pytest.fixture(scope="module")
def bundle():
    return load_bundle(MODELS / "light")


@pytest.fixture(scope="module")
def scores(bundle):
    return home_scores(load_network(bundle), bundle.card)


def test_bundled_model_is_at_home(scores):
    assert len(scores.accuracies) == 4
    assert min(scores.accuracies) > 0.85
    occurs = scores.counts.sum(axis=(0, 2)) >= FEWEST_PX
    assert occurs.tolist() == [True, True, True, True, True, False]
    assert (np.isnan(scores.f1) == ~occurs).all()
    change = home_change(scores, scores)
    assert change.accuracy_loss == 0
    assert [one.accuracy_before for one in change.rows] == [
        one.accuracy_after for one in change.rows
    ]


def test_classes_are_matched_by_name(bundle, scores):
    network = load_network(bundle)
    names = ["pavement", *(one.name for one in bundle.card.legend.classes[1:])]
    legend = Legend(
        tuple(
            replace(one, name=name)
            for one, name in zip(bundle.card.legend.classes, names, strict=True)
        )
    )
    renamed = home_scores(network, replace(bundle.card, legend=legend))
    assert renamed.counts[:, 0].sum() == 0
    assert (renamed.counts[:, 1:] == scores.counts[:, 1:]).all()


def test_foreign_models_have_no_home(bundle):
    foreign = Legend((LandClass(1, "water", "Water", (0, 0, 9)), LandClass(2, "a", "A", (9, 0, 0))))
    assert home_scores(None, replace(bundle.card, legend=foreign, ceilings_m={})) is None
    assert (
        home_scores(
            None,
            replace(bundle.card, gsd_range_m=(1.0, 2.0), coarsest_image_m=2.0, enlarged_to_m=1.0),
        )
        is None
    )
