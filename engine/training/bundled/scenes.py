# SPDX-License-Identifier: GPL-2.0-or-later
"""Generated scenes of a bundled model: those of its runs, and held-out ones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...architectures import averaged
from ...protocol import ISPRS
from ...synthetic import conditions_of, make_scene
from ..scoring import card_scores, confusion_of
from ..view_pool import ViewPool
from ..views import InputSpec, View, clean_view, training_view

if TYPE_CHECKING:
    from torch import nn

    from .model import BundledModel, BundledRun


def pool_of(row: BundledModel, run: BundledRun) -> ViewPool:
    """Return the pool of scenes of a run."""
    return ViewPool(partial(view_at, row, run), row.pool_size, run.settings.steps_per_view)


def view_at(row: BundledModel, run: BundledRun, number: int) -> View:
    """Return a view of the scene of a number, from 0, which depends on nothing else."""
    seed = run.first_scene + number
    rng = np.random.default_rng((run.seed, seed))
    gsd_m = float(np.exp(rng.uniform(*np.log((row.finest_image_m, row.coarsest_image_m)))))
    conditions = conditions_of(seed, with_flaws=True)
    scene = make_scene(seed, _size_px(row, row.scene_px, gsd_m), gsd_m, conditions)
    return training_view(rng, scene, _spec(row, gsd_m))


def _spec(row: BundledModel, gsd_m: float) -> InputSpec:
    """Return the input specification of a scene of a GSD."""
    input_m = row.input_gsd_m(gsd_m)
    return InputSpec(
        ISPRS, row.normalization, None if input_m == gsd_m else input_m, row.wants_heights
    )


def _size_px(row: BundledModel, input_px: int, gsd_m: float) -> int:
    """Return the edge in pixels of a scene whose network input is `input_px` pixels wide."""
    return round(input_px * row.input_gsd_m(gsd_m) / gsd_m)


def held_out_scores(row: BundledModel, network: nn.Module) -> dict[str, float]:
    """Return scores on the held-out scenes with the true ground, and estimated as `dsm_only_...`.

    Args:
        row: definition of the model, with the orientations to average.
        network: network of its architecture.
    """
    named: dict[str, float] = {}
    network = averaged(network, row.averaged_turns)
    grounds = (("", False), ("dsm_only_", True)) if row.wants_heights else (("", False),)
    for prefix, estimate_ground in grounds:
        views = (
            clean_view(
                make_scene(seed, _size_px(row, row.held_out_px, gsd_m), gsd_m),
                _spec(row, gsd_m),
                estimate_ground=estimate_ground,
            )
            for seed, gsd_m in row.held_out
        )
        confusion = confusion_of(network, row.architecture, views, len(ISPRS))
        named |= card_scores(confusion, ISPRS, prefix)
    return named
