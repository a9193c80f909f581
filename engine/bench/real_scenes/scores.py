# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of labels of a real scene, and the rule of heights and greenness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...protocol import ISPRS
from ...raster.nir_balance import middle_of_sides
from .scene_folder import KNOWN_GROUND

if TYPE_CHECKING:
    from ...raster.reader import Chip

TREE_FROM_M, BUILDING_FROM_M = 1.0, 2.0  # the rule
CAR_BELOW_M = 3.5
IMPERVIOUS, BUILDING, LOW_VEGETATION, TREE, CAR, CLUTTER = ISPRS.codes


def rule_labels(chip: Chip) -> np.ndarray:
    """Return the labels of the rule, (h, w) uint8: building, tree or 0.

    What is green and higher than 1 m is a tree, what is not green and higher than 2 m a building.
    Green is what lies above the middle between plants and the rest, found without labels.

    Args:
        chip: image with the bands NIR, red, ..., heights above ground, and valid pixels.

    Raises:
        ValueError: if the chip has no heights.
    """
    heights = _heights_of(chip)
    nir, red = (np.maximum(band, np.float32(1e-6)) for band in chip.bands[:2])
    greenness = np.log(nir) - np.log(red)
    is_green = greenness >= middle_of_sides(greenness[chip.valid])
    codes = np.zeros(chip.valid.shape, np.uint8)
    codes[chip.valid & is_green & (heights > TREE_FROM_M)] = TREE
    codes[chip.valid & ~is_green & (heights > BUILDING_FROM_M)] = BUILDING
    return codes


def scores_of(codes: np.ndarray, truth: np.ndarray, chip: Chip) -> dict[str, float]:
    """Return the scores of labels by name; NaN where the truth has no such class.

    Args:
        codes: (h, w) uint8, 0 where unlabeled.
        truth: (h, w) uint8, see `RealScene.read_truth`.
        chip: image and heights of the scene.

    Raises:
        ValueError: if the chip has no heights.
    """
    heights = _heights_of(chip)
    is_known = (truth > 0) & chip.valid
    is_sealed, is_car = is_known & (truth == IMPERVIOUS), codes == CAR
    return {
        "building_iou": _iou(codes == BUILDING, truth == BUILDING, is_known),
        "tree_iou": _iou(codes == TREE, truth == TREE, is_known),
        "street_impervious": _share(codes == IMPERVIOUS, is_sealed),
        "cars_found": _share(is_car, is_known & (truth == CAR)),
        "false_car_of_sealed": _share(is_car, is_sealed),
        "cars_too_high_px": float((is_car & (heights > CAR_BELOW_M)).sum()),
        "impervious_of_ground": _share(codes == IMPERVIOUS, is_known & (truth == KNOWN_GROUND)),
    }


def _heights_of(chip: Chip) -> np.ndarray:
    if chip.heights is None:
        raise ValueError("The rule and its scores need heights.")
    return chip.heights


def _iou(here: np.ndarray, there: np.ndarray, is_known: np.ndarray) -> float:
    union = ((here | there) & is_known).sum()
    return float((here & there & is_known).sum() / union) if union else float("nan")


def _share(here: np.ndarray, within: np.ndarray) -> float:
    return float(here[within].mean()) if within.any() else float("nan")
