# SPDX-License-Identifier: GPL-2.0-or-later
"""Warnings about the layers given to an algorithm, shown before the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Tuple

from ..layers.gsd import gsd_m
from ..layers.remarks import height_remarks, heights_of, image_remarks
from ..protocol import IMAGE_ROLES, labeling_resolution, sketch_remark

if TYPE_CHECKING:
    from ..protocol import ModelCard, SceneInput
    from .parameter_values import ParameterValues


def input_warnings(
    values: ParameterValues, job: SceneInput, card: Optional[ModelCard] = None
) -> Tuple[str, ...]:
    """Return warnings about model, image and heights.

    Args:
        values: parameter values of the algorithm.
        job: job made from the values, with fields for bands and heights.
        card: card of the model that labels; None if a model is trained.
    """
    image = values.layer("image")
    if image is None:  # the job uses a data set
        return ()
    roles = card.image_roles if card else IMAGE_ROLES
    given = job.given_bands(roles)
    dsm, dtm = (values.layer(name) for name in ("dsm", "dtm"))
    uses_heights = card.wants_heights if card else not getattr(job, "without_heights", False)
    heights = height_remarks(
        gsd_m(image),
        heights_of(dsm) if dsm is not None and uses_heights else None,
        heights_of(dtm) if dtm is not None else None,
        job.heights,
    )
    return (*_model_warnings(card, gsd_m(image)), *image_remarks(image, roles, given), *heights)


def _model_warnings(card: Optional[ModelCard], image_gsd_m: float) -> Tuple[str, ...]:
    if card is None:
        return ()
    resolution = labeling_resolution(image_gsd_m, card)
    input_warnings = (sketch_remark(card), resolution.remark if resolution.is_doubtful else "")
    return tuple(each for each in input_warnings if each)
