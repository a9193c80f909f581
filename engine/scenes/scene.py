# SPDX-License-Identifier: GPL-2.0-or-later
"""A scene: a made-up town or open country, with image, heights and the truth about every pixel.

A scene is planned once and can then be painted window by window, in any order: a window shows the
same pixels as the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from ..tiling.window import Window
from .avenue import line_with_trees
from .canvas import Canvas
from .cars import fill_streets
from .codes import LOW_VEGETATION
from .conditions import conditions_of
from .layouts import draw_layout
from .light import light_up, surroundings
from .noise import NoiseSource
from .pavement import pave_streets
from .sensor import REACH_PX, expose
from .spectra import DRY_LAWN, LAWN
from .straying import strayed
from .streets import plan_streets
from .survey import REACH_M, measure_surface
from .terrain import Terrain
from .viewing import lean_over, reach_m
from .zones import furnish_blocks

if TYPE_CHECKING:
    from .conditions import Conditions
    from .layouts import Layout
    from .streets import StreetPlan

PEN_M = 2.0  # over which a drawn border strays from the truth


@dataclass(frozen=True)
class Scene:
    """A finished scene or a window of one; arrays of (h, w) unless said otherwise.

    Args:
        seed: it was made from.
        gsd_m: edge of a pixel in metres.
        image: (3, h, w) uint8 or uint16: near infrared, red, green.
        dsm: float32, metres, as a sensor measured the surface.
        dtm: float32, metres, the true ground.
        labels: uint8, codes of the ISPRS legend; every pixel has one.
        ground_labels: uint8, the same without trees: what lies below their crowns.
    """

    seed: int
    gsd_m: float
    image: np.ndarray
    dsm: np.ndarray
    dtm: np.ndarray
    labels: np.ndarray
    ground_labels: np.ndarray


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
        streets: of the town or the country.
    """

    seed: int
    height: int
    width: int
    gsd_m: float
    conditions: Conditions
    terrain: Terrain
    streets: StreetPlan

    @property
    def layout(self) -> Layout:
        """What the scene shows."""
        return self.streets.layout

    @property
    def whole(self) -> Window:
        """The window that holds all pixels."""
        return Window(0, 0, self.height, self.width)


def plan_scene(
    seed: int,
    height: int,
    width: int,
    gsd_m: float,
    conditions: Conditions | None = None,
    layout: Layout | None = None,
) -> ScenePlan:
    """Return the plan of the scene of a seed; the same arguments always give the same scene.

    Args:
        seed: 0 or more.
        height: in pixels.
        width: in pixels.
        gsd_m: edge of a pixel in metres.
        conditions: of light and sensor; drawn from the seed unless given.
        layout: of the land; drawn from the seed unless given.
    """
    source = NoiseSource(seed)
    layout = layout or draw_layout(source.child("layout").generator())
    rng = source.child("streets").generator()
    return ScenePlan(
        seed,
        height,
        width,
        gsd_m,
        conditions or conditions_of(seed),
        Terrain(source.child("terrain")),
        plan_streets(rng, width * gsd_m, height * gsd_m, layout),
    )


def paint_scene(plan: ScenePlan, window: Window) -> Scene:
    """Return a window of a planned scene, the same pixels as in the whole.

    Painted is more than the window: what can cast a shadow or blur into it.
    """
    source, conditions = NoiseSource(plan.seed), plan.conditions
    seen = _with_surroundings(plan, window)
    canvas = Canvas(source.child("textures"), seen, plan.gsd_m, plan.terrain, conditions)
    _sow_grass(source, canvas)
    _build_land(source, canvas, plan)
    here = (..., *window.shift(-seen.row, -seen.col).slices)
    return Scene(
        seed=plan.seed,
        gsd_m=plan.gsd_m,
        image=_photograph(source.child("camera"), canvas, conditions)[here],
        dsm=_survey(source.child("survey"), canvas, conditions)[here],
        dtm=canvas.terrain[here],
        labels=_draw_labels(source.child("pen"), canvas, conditions)[here],
        ground_labels=canvas.ground_labels[here],
    )


def make_scene(
    seed: int,
    size_px: int,
    gsd_m: float,
    conditions: Conditions | None = None,
    layout: Layout | None = None,
) -> Scene:
    """Return a whole square scene of `size_px` pixels a side; see `plan_scene`."""
    plan = plan_scene(seed, size_px, size_px, gsd_m, conditions, layout)
    return paint_scene(plan, plan.whole)


def _with_surroundings(plan: ScenePlan, window: Window) -> Window:
    """Return the window with all that casts a shadow, leans or blurs into it."""
    conditions = plan.conditions
    sun = (conditions.sun_azimuth_deg, conditions.sun_elevation_deg)
    pen_m = 6 * conditions.label_noise_m
    more_px = REACH_PX + ceil((REACH_M + pen_m + reach_m(conditions)) / plan.gsd_m)
    top, left, bottom, right = (px + more_px for px in surroundings(plan.gsd_m, *sun))
    return Window(
        window.row - top,
        window.col - left,
        window.height + top + bottom,
        window.width + left + right,
    ).clip(plan.height, plan.width)


def _photograph(source: NoiseSource, canvas: Canvas, conditions: Conditions) -> np.ndarray:
    surface = canvas.terrain + canvas.heights
    radiance = light_up(canvas.reflectance, surface, canvas.gsd_m, conditions)
    leaning = lean_over(radiance, canvas.heights, canvas.gsd_m, conditions)
    return expose(source, canvas.window, leaning, conditions)


def _survey(source: NoiseSource, canvas: Canvas, conditions: Conditions) -> np.ndarray:
    surface = canvas.terrain + canvas.former_heights
    return measure_surface(
        source, canvas.window, surface, canvas.openness, canvas.terrain, canvas.gsd_m, conditions
    )


def _draw_labels(source: NoiseSource, canvas: Canvas, conditions: Conditions) -> np.ndarray:
    if not conditions.label_noise_m:
        return canvas.labels
    deviation_px = np.float32(conditions.label_noise_m / canvas.gsd_m)
    down, right = (
        deviation_px * source.child(axis).smooth(canvas.window, PEN_M / canvas.gsd_m)
        for axis in (0, 1)
    )
    return canvas.labels[strayed(down, right)]


def _sow_grass(source: NoiseSource, canvas: Canvas) -> None:
    whole = canvas.whole()
    everywhere = np.ones(canvas.shape, bool)
    canvas.color(whole, everywhere, LOW_VEGETATION, LAWN.mix(source.child("grass").generator()))
    canvas.heights += np.float32(0.05)
    canvas.former_heights += np.float32(0.05)


def _build_land(source: NoiseSource, canvas: Canvas, plan: ScenePlan) -> None:
    streets, conditions = plan.streets, plan.conditions
    pave_streets(source.child("pavement").generator(), canvas, streets)
    furnish_blocks(source.child("blocks"), canvas, streets)
    _wither(source.child("drought").generator(), canvas, conditions.drought)
    fill_streets(source.child("cars"), canvas, streets)
    line_with_trees(source.child("avenues"), canvas, streets)


def _wither(rng: np.random.Generator, canvas: Canvas, drought: float) -> None:
    """Let low vegetation dry out in patches, and stand uneven."""
    dry = DRY_LAWN.mix(rng).spectrum
    amount = np.clip(canvas.patches * 0.5 + 0.3 * canvas.mottle, 0, 1) * np.float32(drought)
    amount *= canvas.labels == LOW_VEGETATION
    canvas.reflectance += amount * (dry[:, None, None] - canvas.reflectance)
    rough_m = np.float32(0.04) * np.abs(canvas.foliage) * (canvas.labels == LOW_VEGETATION)
    canvas.heights += rough_m
    canvas.former_heights += rough_m
