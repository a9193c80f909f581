# SPDX-License-Identifier: GPL-2.0-or-later
"""Pooling of scores: over all objects of several scenes, not over the scenes."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .building_scores import BuildingScores
from .car_scores import CarScores
from .road_scores import RoadScores

if TYPE_CHECKING:
    from collections.abc import Sequence

Scores = TypeVar("Scores", BuildingScores, CarScores, RoadScores)


def pooled(scores: Sequence[Scores]) -> Scores:
    """Return scores with the arrays of all scenes and the sums of their numbers."""
    first = scores[0]
    values: dict[str, Any] = {}
    for field in fields(first):
        each = [getattr(one, field.name) for one in scores]
        is_array = isinstance(each[0], np.ndarray)
        values[field.name] = np.concatenate(each) if is_array else sum(each)
    return type(first)(**values)
