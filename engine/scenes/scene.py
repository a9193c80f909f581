# SPDX-License-Identifier: GPL-2.0-or-later
"""A scene: a made-up town from above, with image, heights and the truth about every pixel.

A scene is planned once and can then be painted window by window, in any order: a window shows the
same pixels as the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..tiling.window import Window
from .avenue import line_with_trees
from .canvas import Canvas
from .cars import fill_streets
from .codes import LOW_VEGETATION
from .conditions import draw_conditions
from .light import light_up, surroundings
from .noise import NoiseSource
from .pavement import pave_streets
from .sensor import expose, measure_surface
from .spectra import DRY_LAWN, LAWN
from .streets import plan_streets
from .terrain import Terrain
from .zones import furnish_blocks

if TYPE_CHECKING:
    from .conditions import Conditions
    from .streets import StreetPlan

DRY_SHARE = 0.35  # how far the driest patches go from lawn to dry grass
BLUR_PX = 8  # farther away no pixel blurs another


@dataclass(frozen=True)
class Scene:
    """A finished scene or a window of one; arrays of (h, w) unless said otherwise.

    Args:
        seed: it was made from.
        gsd_m: edge of a pixel in metres.
        image: (3, h, w) uint8: near infrared, red, green.
        dsm: float32, metres, as a sensor measured the surface.
        dtm: float32, metres, the true ground.
        labels: uint8, codes of the ISPRS legend; every pixel has one.
    """

    seed: int
    gsd_m: float
    image: np.ndarray
    dsm: np.ndarray
    dtm: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class ScenePlan:
    """All there is to know about a scene before it is painted; small, however large the scene.

    Args:
        seed: it was made from.
        height: in pixels.
        width: in pixels.
        gsd_m: edge of a pixel in metres.
        conditions: of light and sensor.
        terrain: the ground.
        streets: of the town.
    """

    seed: int
    height: int
    width: int
    gsd_m: float
    conditions: Conditions
    terrain: Terrain
    streets: StreetPlan

    @property
    def whole(self) -> Window:
        """The window that holds all pixels."""
        return Window(0, 0, self.height, self.width)


def plan_scene(
    seed: int, height: int, width: int, gsd_m: float, conditions: Conditions | None = None
) -> ScenePlan:
    """Return the plan of the scene of a seed; the same arguments always give the same scene.

    Args:
        seed: 0 or more.
        height: in pixels.
        width: in pixels.
        gsd_m: edge of a pixel in metres.
        conditions: of light and sensor; drawn from the seed unless given.
    """
    source = NoiseSource(seed)
    return ScenePlan(
        seed,
        height,
        width,
        gsd_m,
        conditions or draw_conditions(source.child("day").generator()),
        Terrain(source.child("terrain")),
        plan_streets(source.child("streets").generator(), width * gsd_m, height * gsd_m),
    )


def paint_scene(plan: ScenePlan, window: Window) -> Scene:
    """Return a window of a planned scene, the same pixels as in the whole.

    Painted is more than the window: what can cast a shadow or blur into it.
    """
    source, conditions = NoiseSource(plan.seed), plan.conditions
    seen = _with_surroundings(plan, window)
    canvas = Canvas(source.child("textures"), seen, plan.gsd_m, plan.terrain)
    _sow_grass(source, canvas)
    _build_town(source, canvas, plan.streets)
    surface = canvas.terrain + canvas.heights
    radiance = light_up(canvas.reflectance, surface, plan.gsd_m, conditions)
    noise = source.child("sensor")
    here = (..., *window.shift(-seen.row, -seen.col).slices)
    return Scene(
        seed=plan.seed,
        gsd_m=plan.gsd_m,
        image=expose(noise, seen, radiance, conditions)[here],
        dsm=measure_surface(noise, seen, surface, conditions)[here],
        dtm=canvas.terrain[here],
        labels=canvas.labels[here],
    )


def make_scene(
    seed: int, size_px: int, gsd_m: float, conditions: Conditions | None = None
) -> Scene:
    """Return a whole square scene of `size_px` pixels a side; see `plan_scene`."""
    plan = plan_scene(seed, size_px, size_px, gsd_m, conditions)
    return paint_scene(plan, plan.whole)


def _with_surroundings(plan: ScenePlan, window: Window) -> Window:
    sun = (plan.conditions.sun_azimuth_deg, plan.conditions.sun_elevation_deg)
    top, left, bottom, right = (px + BLUR_PX for px in surroundings(plan.gsd_m, *sun))
    return Window(
        window.row - top,
        window.col - left,
        window.height + top + bottom,
        window.width + left + right,
    ).clip(plan.height, plan.width)


def _sow_grass(source: NoiseSource, canvas: Canvas) -> None:
    whole = canvas.whole()
    everywhere = np.ones(canvas.shape, bool)
    canvas.color(whole, everywhere, LOW_VEGETATION, LAWN.mix(source.child("grass").generator()))
    canvas.heights += np.float32(0.05)


def _build_town(source: NoiseSource, canvas: Canvas, streets: StreetPlan) -> None:
    pave_streets(source.child("pavement").generator(), canvas, streets)
    furnish_blocks(source.child("blocks"), canvas, streets)
    _wither(source.child("drought").generator(), canvas)
    fill_streets(source.child("cars"), canvas, streets)
    line_with_trees(source.child("avenues"), canvas, streets)


def _wither(rng: np.random.Generator, canvas: Canvas) -> None:
    """Let low vegetation dry out in patches, and stand uneven."""
    dry = DRY_LAWN.mix(rng).spectrum
    amount = np.clip(canvas.patches * 0.5 + 0.3 * canvas.mottle, 0, 1) * np.float32(DRY_SHARE)
    amount *= canvas.labels == LOW_VEGETATION
    canvas.reflectance += amount * (dry[:, None, None] - canvas.reflectance)
    rough_m = np.float32(0.04) * np.abs(canvas.foliage)
    canvas.heights += rough_m * (canvas.labels == LOW_VEGETATION)
