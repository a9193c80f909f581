# SPDX-License-Identifier: GPL-2.0-or-later
"""Resolution at which an image is labeled, given the resolutions a model was trained on.

A network recognizes objects by their size in pixels. An image within the range of the model card is
labeled at its own resolution, an image outside at the nearest end of the range, and an image that
is far too coarse is refused. Dock, toolbox and engine share this rule and its messages.
"""

from __future__ import annotations

from typing import NamedTuple, Tuple

from .errors import InputError
from .model_card import ModelCard

TOLERANCE = 1.25  # networks tolerate a GSD 25 % outside the range
NEARLY = 1 + 1e-6  # tolerance for rounding: a GSD of 0.5000000001 m is 0.5 m
MOST_ENLARGED = 4  # largest factor along an edge; more adds no detail and takes days
KNOWN = "; the model was trained on such images too."
HOPELESS = 10  # times the coarsest trained GSD, where objects have no recognizable shape


class Resolution(NamedTuple):
    """Resolution at which an image is labeled.

    Args:
        gsd_m: ground sampling distance of the network's input in meters; exactly that of the image
            if it is not resampled.
        remark: sentence for the user; empty if the image is neither resampled nor doubtful.
        is_doubtful: whether the labels will be worse than stated in the model card.
    """

    gsd_m: float
    remark: str = ""
    is_doubtful: bool = False


def labeled_gsd_m(
    gsd_m: float, gsd_range_m: Tuple[float, float], enlarged_to_m: float = 0.0
) -> float:
    """Return the ground sampling distance that an image is labeled at, in meters.

    Args:
        gsd_m: ground sampling distance of the image in meters.
        gsd_range_m: finest and coarsest ground sampling distance of the model in meters.
        enlarged_to_m: ground sampling distance to which coarser images are enlarged; 0: the
            coarsest of the range.
    """
    finest_m, coarsest_m = gsd_range_m
    reach = TOLERANCE * NEARLY
    if finest_m / reach <= gsd_m <= coarsest_m * reach:
        return gsd_m
    return finest_m if gsd_m < finest_m else max(enlarged_to_m or coarsest_m, gsd_m / MOST_ENLARGED)


def labeling_resolution(gsd_m: float, card: ModelCard, *, resample: bool = True) -> Resolution:
    """Return the resolution at which a model labels an image.

    Args:
        gsd_m: ground sampling distance of the image in meters.
        card: card of the model.
        resample: whether the image may be resampled.

    Raises:
        InputError: if the image is so coarse that the labels would be meaningless.
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
        f"{' to '.join(trained)} m that the model '{card.name}' works at"
    )
    if not resample:
        advice = "turn on resampling, or choose another model."
        return Resolution(gsd_m, f"{fact}, so the labels will be poor: {advice}", True)
    if gsd_m < finest_m:
        done = f"it is labeled at {length_text(labeled_m)} m, with results on its own pixels"
        is_known = 0 < card.finest_image_m <= gsd_m * NEARLY
        return Resolution(labeled_m, f"{fact}: {done}{KNOWN if is_known else '.'}")
    if gsd_m <= card.coarsest_image_m * NEARLY:
        done = f"it is enlarged to {length_text(labeled_m)} m for labeling{KNOWN}"
        return Resolution(labeled_m, f"{fact}: {done}")
    done = (
        f"it is enlarged to {length_text(labeled_m)} m for labeling, but lacks details that the "
        "model needs. Expect worse labels, or choose a finer image or another model."
    )
    return Resolution(labeled_m, f"{fact}: {done}", True)


def resolution_problem(gsd_m: float, card: ModelCard) -> str:
    """Return why an image is too coarse for a model, or an empty string if it is not.

    Args:
        gsd_m: ground sampling distance of the image in meters; 0 if unknown.
        card: card of the model.
    """
    known_m = max(card.gsd_range_m[1], card.coarsest_image_m)
    if gsd_m <= HOPELESS * known_m * NEARLY:
        return ""
    return (
        f"The image has {length_text(gsd_m)} m per pixel, more than {HOPELESS} times the "
        f"{length_text(known_m)} m of the coarsest images that the model '{card.name}' was trained "
        "on, so the labels would be meaningless: choose a finer image, or a model trained on such "
        "coarse ones."
    )


def length_text(meters: float) -> str:
    """Return a length as text with two significant digits, or without decimals from 10 m on.

    >>> [length_text(meters) for meters in (0.1, 0.05, 0.126, 0.004, 2.0, 300.2)]
    ['0.1', '0.05', '0.13', '0.004', '2', '300']
    """
    return f"{meters:.2g}" if meters < 10 else f"{meters:.0f}"
