# SPDX-License-Identifier: GPL-2.0-or-later
"""Resolution: whether an image is as fine as what a model was trained on.

The dock says it before a run, the engine during it, so there is one rule and one sentence.
"""

from __future__ import annotations

from .model_card import ModelCard

TOLERANCE = 1.25  # a quarter finer or coarser looks alike to a network


def resolution_warning(gsd_m: float, card: ModelCard) -> str:
    """Return a sentence for an image far outside the card's range, else nothing.

    Args:
        gsd_m: ground sampling distance of the image in meters.
        card: of the model.
    """
    finest_m, coarsest_m = card.gsd_range_m
    if finest_m / TOLERANCE <= gsd_m <= coarsest_m * TOLERANCE:
        return ""
    if gsd_m < finest_m:
        finer_or_coarser, target_m = "finer", finest_m
    else:
        finer_or_coarser, target_m = "coarser", coarsest_m
    trained = dict.fromkeys((length_text(finest_m), length_text(coarsest_m)))
    return (
        f"The image has {length_text(gsd_m)} m per pixel, {finer_or_coarser} than the "
        f"{' to '.join(trained)} m that the model '{card.name}' was "
        f"trained on, so the labels will be poor: resample the image to {length_text(target_m)} m, "
        "or choose another model."
    )


def length_text(meters: float) -> str:
    """Return a length without needless digits.

    >>> [length_text(meters) for meters in (0.1, 0.05, 0.126, 0.004, 2.0, 300.2)]
    ['0.1', '0.05', '0.13', '0.004', '2', '300']
    """
    return f"{meters:.2g}" if meters < 10 else f"{meters:.0f}"
