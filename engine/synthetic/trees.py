# SPDX-License-Identifier: GPL-2.0-or-later
"""Woody vegetation: trees in leaf or bare, hedges, bushes and thickets.

Woody plants of `TREE_FROM_M` or more are labeled as trees: in orthogonal view, young trees and
bushes cannot be distinguished.
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .canvas import Presence
from .codes import LOW_VEGETATION, TREE
from .spectra import (
    AUTUMN,
    BARE_CROWN,
    BROADLEAF,
    BUSHES,
    CONIFER,
    PALM,
    SHRUB,
    Material,
    Paint,
    choose,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .canvas import Canvas, Frame, Place

TREE_FROM_M = 0.6
LOWEST_CROWN_M = 1.2
LUMPS = (2, 3, 5, 7)
STRETCH = (1.0, 1.8)  # factor of the height of trees in a wood, which compete for light
OPEN_WOODS = 0.4  # share of woods without undergrowth
UNDERGROWTH = 0.06  # bushes per square meter of the other woods
ROUGHNESS_SPREAD = 0.5  # deviation of the logarithm of roughness between the trees of a scene
ROUGHEST = 0.16
CANOPY_M = (7.0, 22.0)  # height of closed canopies


class Kind(NamedTuple):
    """A kind of tree.

    Args:
        share: relative frequency.
        material: material of its crown in leaf.
        slimness: range of the ratio of height to radius.
        rim: height of the crown's edge relative to its top.
        power: exponent of the profile between edge and top: 0.5 a dome, 1 a cone.
        is_deciduous: whether it can be leafless.
        lumpiness: amplitude of the irregular outline.
    """

    share: float
    material: Material
    slimness: tuple[float, float]
    rim: float
    power: float
    is_deciduous: bool
    lumpiness: float


KINDS = (
    Kind(0.40, BROADLEAF, (1.5, 3.4), 0.40, 0.5, True, 0.16),
    Kind(0.16, BROADLEAF, (1.0, 1.8), 0.55, 0.5, True, 0.12),  # broad crowns of parks
    Kind(0.14, AUTUMN, (1.5, 2.6), 0.40, 0.5, True, 0.20),
    Kind(0.18, CONIFER, (2.0, 4.5), 0.25, 1.0, False, 0.10),
    Kind(0.06, PALM, (2.0, 4.5), 0.60, 0.8, False, 0.40),
    Kind(0.06, BROADLEAF, (4.0, 7.0), 0.70, 0.5, True, 0.08),  # poplars and other columns
)
SHARES = np.array([kind.share for kind in KINDS])


def grow_tree(
    rng: np.random.Generator,
    canvas: Canvas,
    place: Place,
    radius_m: float | None = None,
    stretch: float = 1.0,
) -> None:
    """Add a tree.

    Args:
        rng: random number generator.
        canvas: canvas to paint on.
        place: position of the stem.
        radius_m: radius of the crown in meters; drawn from 1 to 11 m by default.
        stretch: height relative to that of a solitary tree.
    """
    radius_m = radius_m or float(np.clip(rng.lognormal(1.05, 0.55), 1.0, 11.0))
    kind = KINDS[rng.choice(len(KINDS), p=SHARES / SHARES.sum())]
    is_bare = kind.is_deciduous and rng.random() < canvas.conditions.bare_crowns
    height_m = min(32.0, radius_m * stretch * rng.uniform(*kind.slimness) + 1.5)
    paint = (BARE_CROWN if is_bare else kind.material).mix(rng)
    phases = rng.uniform(0, 2 * pi, len(LUMPS))
    presence = Presence.draw(rng, canvas.conditions)
    roughness = _draw_roughness(rng, canvas)
    frame = canvas.frame(place, radius_m * 1.4)
    if frame.is_empty:
        return
    leaves = canvas.foliage[frame.window]
    reach = _relative_radius(frame, leaves, phases, radius_m, kind.lumpiness)
    profile = kind.rim + (1 - kind.rim) * np.clip(1 - reach ** (1 / kind.power), 0, 1) ** kind.power
    heights = np.float32(height_m) * (profile + roughness * leaves).astype(np.float32)
    heights = np.maximum(heights, np.float32(LOWEST_CROWN_M))
    below = canvas.reflectance[(slice(None), *frame.window)].copy()
    seen = canvas.raise_object(frame, reach < 1, TREE, paint, heights, presence)
    _blend_with_ground(canvas, frame, seen, below, leaves, paint.openness)


def grow_wood(
    rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float, width_m: float
) -> None:
    """Add trees of similar age, often with undergrowth, in a rectangle around `place`."""
    typical_m, stretch = rng.uniform(1.6, 6.5), rng.uniform(*STRETCH)
    gap_m = typical_m * rng.uniform(1.0, 1.9)
    for spot in _jittered_grid(rng, place, (length_m, width_m), gap_m, 0.3 * gap_m):
        grow_tree(rng, canvas, spot, typical_m * rng.uniform(0.6, 1.4), stretch)
    if rng.random() < OPEN_WOODS:
        return
    for _ in range(rng.poisson(UNDERGROWTH * length_m * width_m)):
        shift_m = rng.uniform(-0.5, 0.5, 2) * (length_m + 2 * typical_m, width_m + 2 * typical_m)
        plant_shrub(rng, canvas, place.moved(*shift_m))


def grow_canopy(
    rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float, width_m: float
) -> None:
    """Add trees whose crowns have closed to one calm surface, in an ellipse around `place`."""
    material = (BROADLEAF, BROADLEAF, CONIFER, AUTUMN)[rng.integers(4)]
    paint, height_m = material.mix(rng), np.float32(rng.uniform(*CANOPY_M))
    wave_m, phases = rng.uniform(4, 9), rng.uniform(0, 2 * pi, 2)
    swell, fall = np.float32(rng.uniform(0.02, 0.12)), np.float32(rng.uniform(0.1, 0.5))
    roughness, edge = 0.5 * _draw_roughness(rng, canvas), np.float32(rng.uniform(0.03, 0.12))
    frame = canvas.frame(place, 0.6 * max(length_m, width_m))
    if frame.is_empty:
        return
    foliage, mottle = canvas.foliage[frame.window], canvas.mottle[frame.window]
    along, across = frame.along / np.float32(length_m / 2), frame.across / np.float32(width_m / 2)
    reach = np.hypot(along, across) + edge * mottle
    crowns = np.sin(2 * pi / wave_m * frame.along + phases[0] + 0.7 * mottle)
    crowns = crowns + np.sin(2 * pi / wave_m * frame.across + phases[1])
    heights = height_m * (1 - fall * reach**6) * (1 + swell * crowns + roughness * foliage)
    heights = np.maximum(heights, np.float32(LOWEST_CROWN_M)).astype(np.float32)
    below = canvas.reflectance[(slice(None), *frame.window)].copy()
    mask = (reach < 1) & ~canvas.is_street[frame.window]
    seen = canvas.raise_object(frame, mask, TREE, paint, heights)
    _blend_with_ground(canvas, frame, seen, below, foliage, paint.openness)


def plant_hedge(rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float) -> None:
    """Add a hedge that is centered at `place` and runs along it."""
    width_m, height_m = rng.uniform(0.6, 1.8), rng.uniform(0.4, 2.6)
    paint = SHRUB.mix(rng)
    frame, mask = canvas.rectangle(place, length_m, width_m)
    mask = mask & ~canvas.is_street[frame.window]
    heights = np.float32(height_m) * (1 + 0.10 * canvas.foliage[frame.window])
    canvas.raise_object(frame, mask, _label_of(height_m), paint, heights)


def plant_shrub(
    rng: np.random.Generator, canvas: Canvas, place: Place, paint: Paint | None = None
) -> None:
    """Add a bush, by default with a random material."""
    radius_m, height_m = rng.uniform(0.4, 1.8), rng.uniform(0.4, 2.6)
    paint = paint or choose(rng, BUSHES)
    frame = canvas.frame(place, radius_m)
    reach = np.hypot(frame.along, frame.across) / np.float32(radius_m)
    reach = reach + 0.12 * canvas.foliage[frame.window]
    heights = np.float32(height_m) * (1 - 0.4 * reach**2)
    mask = (reach < 1) & ~canvas.is_street[frame.window]
    canvas.raise_object(frame, mask, _label_of(height_m), paint, heights.astype(np.float32))


def grow_thicket(
    rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float, width_m: float
) -> None:
    """Add dense bushes of one kind and a few trees in a rectangle around `place`."""
    tree_share, paint = rng.uniform(0, 0.2), choose(rng, BUSHES)
    gap_m = rng.uniform(1.0, 2.6)
    for spot in _jittered_grid(rng, place, (length_m, width_m), gap_m, 0.4 * gap_m):
        if rng.random() < tree_share:
            grow_tree(rng, canvas, spot)
        else:
            plant_shrub(rng, canvas, spot, paint)


def grow_stand(
    rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float, width_m: float
) -> None:
    """Add brambles, reed or saplings as one smooth or rough surface in an ellipse."""
    paint, top_m = choose(rng, BUSHES), np.float32(rng.uniform(0.7, 2.6))
    slant, roughness = np.float32(rng.uniform(-0.4, 0.4)), np.float32(rng.uniform(0.02, 0.15))
    fall = np.float32(rng.uniform(0.2, 1.0))
    frame = canvas.frame(place, max(length_m, width_m) / 2)
    along, across = 2 * frame.along / np.float32(length_m), 2 * frame.across / np.float32(width_m)
    foliage = canvas.foliage[frame.window]
    reach = np.hypot(along, across) + 0.08 * foliage
    heights = top_m * (1 + slant * along) * (1 - fall * reach**2) * (1 + roughness * foliage)
    is_here = (reach < 1) & ~canvas.is_street[frame.window]
    is_high = heights >= TREE_FROM_M
    canvas.raise_object(frame, is_here & ~is_high, LOW_VEGETATION, paint, heights)
    canvas.raise_object(frame, is_here & is_high, TREE, paint, heights)


def _jittered_grid(
    rng: np.random.Generator,
    place: Place,
    size_m: tuple[float, float],
    gap_m: float,
    deviation_m: float,
) -> Iterator[Place]:
    """Yield places on a jittered grid in a rectangle; each is drawn when it is requested."""
    length_m, width_m = size_m
    for along_m in np.arange(-length_m / 2, length_m / 2, gap_m):
        for across_m in np.arange(-width_m / 2, width_m / 2, gap_m):
            shift_m = rng.normal(0, deviation_m, 2)
            yield place.moved(along_m + shift_m[0], across_m + shift_m[1])


def _draw_roughness(rng: np.random.Generator, canvas: Canvas) -> np.float32:
    """Return the roughness of a crown's surface relative to its height."""
    spread = np.exp(ROUGHNESS_SPREAD * rng.standard_normal())
    return np.float32(min(canvas.conditions.roughness * spread, ROUGHEST))


def _label_of(height_m: float) -> int:
    return TREE if height_m >= TREE_FROM_M else LOW_VEGETATION


def _relative_radius(
    frame: Frame, leaves: np.ndarray, phases: np.ndarray, radius_m: float, lumpiness: float
) -> np.ndarray:
    """Return the relative distance from the crown's center, (h, w) float32; 1 is its edge."""
    angle = np.arctan2(frame.across, frame.along)
    lumps = sum(np.sin(n * angle + phase) / n for n, phase in zip(LUMPS, phases, strict=True))
    reach = np.hypot(frame.along, frame.across) / np.float32(radius_m)
    reach = reach / np.maximum(1 + lumpiness * lumps, 0.3) + 0.05 * leaves
    return np.maximum(reach, 0).astype(np.float32)


def _blend_with_ground(
    canvas: Canvas,
    frame: Frame,
    seen: np.ndarray,
    below: np.ndarray,
    leaves: np.ndarray,
    openness: float,
) -> None:
    """Darken the gaps between leaf clusters, which trap light, and blend in the ground."""
    depth = np.clip(0.92 + 0.16 * leaves, 0.45, 1.25)
    here = canvas.reflectance[(slice(None), *frame.window)]
    through = np.float32(0.6 * openness) * (0.75 + 0.25 * np.clip(leaves, -1, 1))
    crown = here * depth * (1 - through) + below * through
    np.copyto(here, crown, where=seen)
