# SPDX-License-Identifier: GPL-2.0-or-later
"""The card of the model to be, by the model that training starts from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from orthoscribe.engine.models.bundle import build_of, load_bundle, save_bundle
from orthoscribe.engine.protocol import Normalization, TrainJob
from orthoscribe.engine.training.trainer.model import card_of, target_of
from orthoscribe.tests.random_models import save_random_model

ROLES = ("nir", "red", "green", "height")


@pytest.fixture
def bent(tmp_path):
    """Save a model that gets heights twice and return its folder."""
    folder = save_random_model(tmp_path / "a", "maggiori_fcn", ROLES, (0.1, 0.2))
    plain = load_bundle(Path(folder)).card
    card = replace(plain, normalization=Normalization(stretch_together=True, height_knee_m=0.5))
    return save_bundle(tmp_path / "bent", card, build_of(card).eval()).folder


def card_after(bent, architecture):
    job = TrainJob(output="out", architecture=architecture, start=str(bent))
    return card_of(job, target_of(job), ROLES)


def test_networks_of_the_same_paper_get_heights_as_often_as_the_model_to_start_from(bent):
    for architecture in ("maggiori_fcn", "maggiori_mlp"):
        card = card_after(bent, architecture)
        assert card.normalization == load_bundle(bent).card.normalization
        assert card.channels == 5


def test_networks_built_for_heights_as_the_last_channel_get_them_once(bent):
    card = card_after(bent, "fcn_hha")
    assert card.channels == 4
    assert card.normalization == Normalization(stretch_together=True)


@pytest.mark.parametrize(
    ("gsd_m", "resampled"),
    [
        (0.2, {"finest_image_m": 0.05, "coarsest_image_m": 0.6, "enlarged_to_m": 0.1}),
        (0.04, {"finest_image_m": 0.0, "coarsest_image_m": 0.6, "enlarged_to_m": 0.1}),
        (0.7, {"finest_image_m": 0.05, "coarsest_image_m": 0.0, "enlarged_to_m": 0.0}),
    ],
)
def test_resampling_is_kept_as_far_as_it_goes_beyond_the_scenes(bent, tmp_path, gsd_m, resampled):
    plain = load_bundle(bent).card
    card = replace(plain, finest_image_m=0.05, coarsest_image_m=0.6, enlarged_to_m=0.1)
    start = save_bundle(tmp_path / "resampled", card, build_of(card).eval()).folder
    job = TrainJob(output="out", start=str(start))
    trained = card_of(job, target_of(job), ROLES, [gsd_m])
    assert {name: getattr(trained, name) for name in resampled} == resampled
