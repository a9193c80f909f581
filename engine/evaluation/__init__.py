# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluation: how good labels are, counted over a whole set of scenes."""

from __future__ import annotations

from .confusion import IGNORED, Confusion
from .scores import Scores, score

__all__ = ["IGNORED", "Confusion", "Scores", "score"]
