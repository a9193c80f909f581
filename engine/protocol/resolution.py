# SPDX-License-Identifier: GPL-2.0-or-later
"""Resolution: how fine an image is labeled, given what a model was trained on.

A network knows things by their size in pixels. Within what its card says an image is labeled as it
is; outside, at the nearest end of that range; far beyond all that it knows, not at all. Dock and
toolbox say so before a run, the engine does it, so there is one rule and one sentence.
"""

from __future__ import annotations

from typing import NamedTuple, Tuple

from .errors import InputError
from .model_card import ModelCard

TOLERANCE = 1.25  # a quarter finer or coarser looks alike to a network
NEARLY = 1 + 1e-6  # a pixel of 0.5000000001 m is one of 0.5 m
MOST_ENLARGED = 4  # along an edge; more pixels would show no more, and take days
HOPELESS = 10  # times the coarsest that a model knows; nothing is left to be told by its shape


class Resolution(NamedTuple):
    """How fine an image is labeled.

    Args:
        gsd_m: ground sampling distance that the network sees, in meters; the image's own, exactly,
            where nothing is resampled.
        remark: a sentence about it for the user; empty where nothing is resampled nor doubtful.
        is_doubtful: the labels will be worse than the model's card promises.
    """

    gsd_m: float
    remark: str = ""
    is_doubtful: bool = False


def labeled_gsd_m(
    gsd_m: float, gsd_range_m: Tuple[float, float], enlarged_to_m: float = 0.0
) -> float:
    """Return the ground sampling distance that an image is labeled at, in meters.

    Args:
        gsd_m: of the image.
        gsd_range_m: finest and coarsest that a model sees.
        enlarged_to_m: what coarser images are enlarged to; 0: the coarsest.
    """
    finest_m, coarsest_m = gsd_range_m
    reach = TOLERANCE * NEARLY
    if finest_m / reach <= gsd_m <= coarsest_m * reach:
        return gsd_m
    return finest_m if gsd_m < finest_m else max(enlarged_to_m or coarsest_m, gsd_m / MOST_ENLARGED)


def labeling_resolution(gsd_m: float, card: ModelCard, *, resample: bool = True) -> Resolution:
    """Return how fine an image is labeled by a model.

    Args:
        gsd_m: ground sampling distance of the image in meters.
        card: of the model.
        resample: whether the image may be resampled.

    Raises:
        InputError: the image is so coarse that labels would mean nothing.
    """
    problem = resolution_problem(gsd_m, card)
    if problem:
        raise InputError(problem)
    finest_m, coarsest_m = card.gsd_range_m
    labeled_m = labeled_gsd_m(gsd_m, card.gsd_range_m, card.enlarged_to_m)
    if labeled_m == gsd_m:
        return Resolution(gsd_m)
    finer_or_coarser = "finer" if gsd_m < finest_m else "coarser"
    trained = dict.fromkeys((length_text(finest_m), length_text(coarsest_m)))
    fact = (
        f"The image has {length_text(gsd_m)} m per pixel, {finer_or_coarser} than the "
        f"{' to '.join(trained)} m that the model '{card.name}' was trained on"
    )
    if not resample:
        advice = "let it be resampled, or choose another model."
        return Resolution(gsd_m, f"{fact}, so the labels will be poor: {advice}", True)
    if gsd_m < finest_m:
        done = f"it is labeled at {length_text(labeled_m)} m, and the labels lie on its own pixels."
        return Resolution(labeled_m, f"{fact}: {done}")
    if gsd_m <= card.coarsest_image_m * NEARLY:
        done = f"it is enlarged to {length_text(labeled_m)} m to be labeled; "
        done += "the model knows such images."
        return Resolution(labeled_m, f"{fact}: {done}")
    done = (
        f"it is enlarged to {length_text(labeled_m)} m to be labeled, but details that the model "
        "needs are not in it. Expect worse labels, or choose a finer image or another model."
    )
    return Resolution(labeled_m, f"{fact}: {done}", True)


def resolution_problem(gsd_m: float, card: ModelCard) -> str:
    """Return why an image is too coarse to be labeled by a model; empty where it is not.

    Args:
        gsd_m: ground sampling distance of the image in meters; 0 where it is unknown.
        card: of the model.
    """
    known_m = max(card.gsd_range_m[1], card.coarsest_image_m)
    if gsd_m <= HOPELESS * known_m * NEARLY:
        return ""
    return (
        f"The image has {length_text(gsd_m)} m per pixel, more than {HOPELESS} times the "
        f"{length_text(known_m)} m of the coarsest that the model '{card.name}' knows, so the "
        "labels would mean nothing: choose a finer image, or a model trained on such coarse ones."
    )


def length_text(meters: float) -> str:
    """Return a length without needless digits.

    >>> [length_text(meters) for meters in (0.1, 0.05, 0.126, 0.004, 2.0, 300.2)]
    ['0.1', '0.05', '0.13', '0.004', '2', '300']
    """
    return f"{meters:.2g}" if meters < 10 else f"{meters:.0f}"
