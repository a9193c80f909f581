# SPDX-License-Identifier: GPL-2.0-or-later
"""Resolution: whether an image is as fine as what a model was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..protocol import ModelCard

TOLERANCE = 1.25  # a quarter finer or coarser looks alike to a network


def resolution_warning(gsd_m: float, card: ModelCard) -> str:
    """Return a sentence for an image far outside the card's range, else nothing."""
    finest_m, coarsest_m = card.gsd_range_m
    if finest_m / TOLERANCE <= gsd_m <= coarsest_m * TOLERANCE:
        return ""
    if gsd_m < finest_m:
        finer_or_coarser, target_m = "finer", finest_m
    else:
        finer_or_coarser, target_m = "coarser", coarsest_m
    return (
        f"The image has {gsd_m:.2g} m per pixel, {finer_or_coarser} than the {finest_m:g} to "
        f"{coarsest_m:g} m that the model '{card.name}' was trained on, so the labels will be "
        f"poor: resample the image to {target_m:g} m, or choose another model."
    )
