# SPDX-License-Identifier: GPL-2.0-or-later
"""Metrics: accuracy scores of labels, accumulated over a set of scenes."""

from __future__ import annotations

from .clutter import score_without
from .confusion import IGNORED, Confusion, count_classes, merge_classes
from .distances import disc_offsets, squared_distances
from .eroded import erode_truth
from .objects import ObjectCounts, match_objects
from .resolution import ResolutionBounds, majority_labels, nearest_labels
from .scores import Scores, score
from .trimap import TrimapCurve, border_distances

__all__ = [
    "IGNORED",
    "Confusion",
    "ObjectCounts",
    "ResolutionBounds",
    "Scores",
    "TrimapCurve",
    "border_distances",
    "count_classes",
    "disc_offsets",
    "erode_truth",
    "majority_labels",
    "match_objects",
    "merge_classes",
    "nearest_labels",
    "score",
    "score_without",
    "squared_distances",
]
