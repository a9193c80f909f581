# SPDX-License-Identifier: GPL-2.0-or-later
"""Data sets: labeled scenes in the folder layouts in which they are published."""

from __future__ import annotations

from .classes import read_classes
from .contents import contents_text, doubts_about_counts, doubts_about_learned
from .layout import LabeledScene, Layout
from .placement import placed
from .registry import LAYOUTS, scenes_of
from .sources import sources_of_scene
from .truth import Truth, truth_in

__all__ = [
    "LAYOUTS",
    "LabeledScene",
    "Layout",
    "Truth",
    "contents_text",
    "doubts_about_counts",
    "doubts_about_learned",
    "placed",
    "read_classes",
    "scenes_of",
    "sources_of_scene",
    "truth_in",
]
