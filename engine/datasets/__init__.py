# SPDX-License-Identifier: GPL-2.0-or-later
"""Data sets: scenes whose true classes are known, found in the folders people keep them in."""

from __future__ import annotations

from .classes import read_classes
from .contents import contents_text, doubts_about_counts, doubts_about_learned
from .layout import LabeledScene, Layout
from .placement import placed
from .registry import LAYOUTS, scenes_of
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
    "truth_in",
]
