# SPDX-License-Identifier: GPL-2.0-or-later
"""Labeled scenes of a job: a single image with its ground truth, or the scenes of a data set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .layout import LabeledScene
from .registry import scenes_of
from .truth_source import truth_in

if TYPE_CHECKING:
    from ..protocol import LabeledInput


def labeled_scene(given: LabeledInput) -> LabeledScene:
    """Return the scene of an image with its ground truth, named after the file of the image.

    Raises:
        InputError: if the ground truth cannot be used.
    """
    truth = truth_in(given.labels, given.class_field, given.label_values)
    return LabeledScene(**vars(given.scene), name=Path(given.image).stem, truth=truth)


def scenes_of_split(given: LabeledInput, split: str) -> tuple[LabeledScene, ...]:
    """Return the scenes of a split of a data set; all of their files exist.

    Args:
        given: data set, with the kind and the bands of its heights.
        split: `training`, `validation`, `all` or `test`.

    Raises:
        InputError: if a file is missing, or the split is not defined.
    """
    scenes = scenes_of(given.dataset, given.root, split, given.heights, given.label_values)
    return tuple(
        replace(scene, dsm_band=given.dsm_band, dtm_band=given.dtm_band) for scene in scenes
    )
