# SPDX-License-Identifier: GPL-2.0-or-later
"""Replay: generated scenes that keep a model good where nobody drew.

They are generated from fixed seeds, so nothing is shipped. Models with other classes than the
generator's have nothing to replay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...protocol import ISPRS
from ...synthetic import conditions_of, make_scene
from ...training.view_pool import ViewPatches
from ...training.views import InputSpec, training_view

if TYPE_CHECKING:
    from ...protocol import ModelCard

FIRST_SEED = 30_000
SCENES = 8
SCENE_PX = 256


def replayed_scenes(card: ModelCard, old_classes: int) -> tuple[ViewPatches, ...]:
    """Return generated scenes as sources of patches; none for a model of other classes.

    Args:
        card: card of the model.
        old_classes: number of classes of the base model.
    """
    names = [one.name for one in card.legend.classes[:old_classes]]
    if names != [one.name for one in ISPRS.classes]:
        return ()
    finest_m, coarsest_m = card.gsd_range_m
    sources = []
    for number in range(SCENES):
        share = (number + 0.5) / SCENES
        gsd_m = finest_m * (coarsest_m / finest_m) ** share
        seed = FIRST_SEED + number
        scene = make_scene(seed, SCENE_PX, gsd_m, conditions_of(seed, with_flaws=True))
        spec = InputSpec(card.legend, card.normalization, with_heights=card.wants_heights)
        view = training_view(np.random.default_rng(seed), scene, spec)
        sources.append(ViewPatches(view))
    return tuple(sources)
