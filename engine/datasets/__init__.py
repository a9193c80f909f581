# SPDX-License-Identifier: GPL-2.0-or-later
"""Data sets: labeled scenes in the folder layouts in which they are published."""

from __future__ import annotations

from .class_shares import contents_text, doubts_about_counts, doubts_about_learned
from .georeference import placed
from .ground_truth import read_classes
from .labeled_scenes import labeled_scene, scenes_of_split
from .layout import DatasetLayout, LabeledScene
from .registry import LAYOUTS, scenes_of
from .truth_source import Truth, truth_in

__all__ = [
    "LAYOUTS",
    "DatasetLayout",
    "LabeledScene",
    "Truth",
    "contents_text",
    "doubts_about_counts",
    "doubts_about_learned",
    "labeled_scene",
    "placed",
    "read_classes",
    "scenes_of",
    "scenes_of_split",
    "truth_in",
]
