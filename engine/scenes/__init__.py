# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenes: made-up towns from above, for demonstration, tests and training."""

from __future__ import annotations

from .scene import Scene, ScenePlan, make_scene, paint_scene, plan_scene

__all__ = ["Scene", "ScenePlan", "make_scene", "paint_scene", "plan_scene"]
