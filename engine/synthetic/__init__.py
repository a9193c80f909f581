# SPDX-License-Identifier: GPL-2.0-or-later
"""Synthetic aerial scenes of towns and open country, for demonstration, tests and training."""

from __future__ import annotations

from .conditions import Conditions, conditions_of
from .scene import Scene, ScenePlan, make_scene, paint_scene, plan_scene

__all__ = [
    "Conditions",
    "Scene",
    "ScenePlan",
    "conditions_of",
    "make_scene",
    "paint_scene",
    "plan_scene",
]
