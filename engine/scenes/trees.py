# SPDX-License-Identifier: GPL-2.0-or-later
"""Trees and hedges: lumpy crowns, round or pointed, and clipped rows of shrubs."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np

from .codes import LOW_VEGETATION, TREE
from .spectra import BROADLEAF, CONIFER, SHRUB

if TYPE_CHECKING:
    from .canvas import Canvas, Place

CONIFER_SHARE = 0.2
LUMPS = (2, 3, 5, 7)


def grow_tree(
    rng: np.random.Generator, canvas: Canvas, place: Place, radius_m: float | None = None
) -> None:
    """Grow one tree; its crown is 1.2 to 6 m in radius unless given."""
    radius_m = radius_m or float(np.clip(rng.lognormal(0.95, 0.4), 1.2, 6.0))
    is_conifer = rng.random() < CONIFER_SHARE
    frame = canvas.frame(place, radius_m * 1.35)
    height_m = radius_m * rng.uniform(1.5, 2.6) + 1.5
    paint = (CONIFER if is_conifer else BROADLEAF).mix(rng)
    phases = rng.uniform(0, 2 * pi, len(LUMPS))
    if frame.is_empty:
        return
    angle = np.arctan2(frame.across, frame.along)
    lumps = sum(np.sin(n * angle + phase) / n for n, phase in zip(LUMPS, phases, strict=True))
    leaves = canvas.foliage[frame.window]
    reach = np.hypot(frame.along, frame.across) / np.float32(radius_m)
    reach = reach / (1 + 0.16 * lumps) + 0.05 * leaves  # 1 at the edge of the crown
    if is_conifer:
        profile = 0.25 + 0.75 * (1 - reach)
    else:
        profile = 0.45 + 0.55 * np.sqrt(np.clip(1 - reach**2, 0, 1))
    heights = np.float32(height_m) * (profile + 0.07 * leaves).astype(np.float32)
    seen = canvas.raise_object(frame, reach < 1, TREE, paint, np.maximum(heights, 1.2))
    # Gaps between leaf clusters are dark: light that falls in does not come back.
    depth = np.clip(0.92 + 0.16 * leaves, 0.45, 1.25)
    canvas.reflectance[(slice(None), *frame.window)] *= np.where(seen, depth, np.float32(1))


def plant_hedge(rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float) -> None:
    """Plant a hedge, centered at `place` and running along it."""
    width_m, height_m = rng.uniform(0.6, 1.2), rng.uniform(0.9, 1.8)
    frame, mask = canvas.rectangle(place, length_m, width_m)
    mask = mask & ~canvas.is_street[frame.window]
    heights = np.float32(height_m) * (1 + 0.10 * canvas.foliage[frame.window])
    canvas.raise_object(frame, mask, LOW_VEGETATION, SHRUB.mix(rng), heights)


def plant_shrub(rng: np.random.Generator, canvas: Canvas, place: Place) -> None:
    """Plant a bush, too low to be a tree."""
    radius_m = rng.uniform(0.4, 1.3)
    frame = canvas.frame(place, radius_m)
    reach = np.hypot(frame.along, frame.across) / np.float32(radius_m)
    reach = reach + 0.12 * canvas.foliage[frame.window]
    heights = np.float32(rng.uniform(0.5, 1.4)) * (1 - 0.4 * reach**2)
    mask = (reach < 1) & ~canvas.is_street[frame.window]
    canvas.raise_object(frame, mask, LOW_VEGETATION, SHRUB.mix(rng), heights.astype(np.float32))
