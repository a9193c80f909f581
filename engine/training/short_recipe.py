# SPDX-License-Identifier: GPL-2.0-or-later
"""Default recipe for short runs, the same for all networks of a comparison or benchmark."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..protocol.catalog.recipes import recipe_named

if TYPE_CHECKING:
    from ..protocol import TrainingRecipe

# An average over all steps of a short run would contain the random initial weights.
MIN_AVERAGED_STEPS = 10


def short_recipe(steps: int, patches: int, patch_px: int, learning_rate: float) -> TrainingRecipe:
    """Return the default recipe with one stage, whose averaging suits a small number of steps.

    Args:
        steps: number of optimizer steps.
        patches: number of patches per step.
        patch_px: edge of a patch in pixels.
        learning_rate: maximum learning rate.
    """
    modern = recipe_named("modern")
    return replace(
        modern,
        sampling=replace(modern.sampling, batch=patches, patch_px=(patch_px, patch_px)),
        stages=(replace(modern.stages[-1], steps=steps, learning_rate=learning_rate),),
        averaging=min(modern.averaging, max_averaging(steps)),
    )


def max_averaging(steps: int) -> float:
    """Return the largest decay of an average that forgets the start of a run of so many steps."""
    return 1 - MIN_AVERAGED_STEPS / (steps + MIN_AVERAGED_STEPS)
