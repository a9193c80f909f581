# SPDX-License-Identifier: GPL-2.0-or-later
"""Synthetic scenes of a town or open country, with image, heights and ground truth.

A scene is planned once and can then be painted window by window, in any order: a window has the
same pixels as the whole scene.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from ..tiling.window import Window
from .canvas import Canvas
from .cars import fill_streets
from .codes import LOW_VEGETATION
from .conditions import conditions_of
from .displacement import displaced
from .illumination import shadow_margins, sunlit
from .layouts import draw_layout
from .noise import NoiseSource
from .pavement import pave_streets
from .relief_displacement import displace_relief, reach_m
from .sensor import REACH_PX, expose
from .spectra import DRY_LAWN, LAWN
from .street_trees import plant_street_trees
from .streets import plan_streets
from .survey import REACH_M, measure_surface
from .terrain import Terrain
from .zones import furnish_blocks

if TYPE_CHECKING:
    from .conditions import Conditions
    from .footprints import Footprint
    from .layouts import StreetLayout
    from .streets import StreetPlan

LABEL_NOISE_CELL_M = 2.0  # correlation length of the label noise


@dataclass(frozen=True)
class Scene:
    """A scene or a window of one; arrays are (h, w) unless noted.

    Args:
        seed: seed of the scene.
        gsd_m: edge of a pixel in meters.
        image: near infrared, red and green bands, (3, h, w) uint8 or uint16.
        dsm: surface heights with measurement errors, float32, in meters.
        dtm: true terrain heights, float32, in meters.
        labels: codes of the ISPRS legend, uint8, without unlabeled pixels.
        ground_labels: labels without trees, uint8: the classes below the crowns.
        footprints: outlines of the buildings and vehicles in the window and around it.
        has_smooth_heights: whether the survey was smoothed or made coarser, so that objects reach
            beyond their edges.
    """

    seed: int
    gsd_m: float
    image: np.ndarray
    dsm: np.ndarray
    dtm: np.ndarray
    labels: np.ndarray
    ground_labels: np.ndarray
    footprints: tuple[Footprint, ...]
    has_smooth_heights: bool


@dataclass(frozen=True)
class ScenePlan:
    """Description of a scene before it is painted; its size in memory is that of the street plan.

    Args:
        seed: seed of the scene.
        height: height in pixels.
        width: width in pixels.
        gsd_m: edge of a pixel in meters.
        conditions: season, light, sensor and survey conditions.
        terrain: terrain of the scene.
        streets: street plan.
    """

    seed: int
    height: int
    width: int
    gsd_m: float
    conditions: Conditions
    terrain: Terrain
    streets: StreetPlan

    @property
    def layout(self) -> StreetLayout:
        """Layout of the streets."""
        return self.streets.layout

    @property
    def whole(self) -> Window:
        """Window of the whole scene."""
        return Window(0, 0, self.height, self.width)


def plan_scene(
    seed: int,
    height: int,
    width: int,
    gsd_m: float,
    conditions: Conditions | None = None,
    layout: StreetLayout | None = None,
) -> ScenePlan:
    """Return the plan of a scene; the same arguments always give the same scene.

    Args:
        seed: seed of the scene, 0 or more.
        height: height in pixels.
        width: width in pixels.
        gsd_m: edge of a pixel in meters.
        conditions: season, light, sensor and survey conditions; drawn from the seed by default.
        layout: street layout; drawn from the seed by default.
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
    """Return a window of a planned scene, with the same pixels as in the whole scene.

    A margin is painted as well: its objects may cast shadows or be blurred into the window.
    """
    source, conditions = NoiseSource(plan.seed), plan.conditions
    seen = _with_surroundings(plan, window)
    canvas = Canvas(source.child("textures"), seen, plan.gsd_m, plan.terrain, conditions)
    _cover_with_grass(source, canvas)
    _build_land(source, canvas, plan)
    here = (..., *window.shift(-seen.row, -seen.col).slices)
    return Scene(
        seed=plan.seed,
        gsd_m=plan.gsd_m,
        image=_render_image(source.child("camera"), canvas, conditions)[here],
        dsm=_measure_dsm(source.child("survey"), canvas, conditions)[here],
        dtm=canvas.terrain[here],
        labels=_draw_labels(source.child("pen"), canvas, conditions)[here],
        ground_labels=canvas.ground_labels[here],
        footprints=tuple(canvas.footprints),
        has_smooth_heights=conditions.calm_m > 0 or conditions.height_gsd_m > plan.gsd_m,
    )


def make_scene(
    seed: int,
    size_px: int,
    gsd_m: float,
    conditions: Conditions | None = None,
    layout: StreetLayout | None = None,
) -> Scene:
    """Return a whole square scene with an edge of `size_px` pixels; see `plan_scene`."""
    plan = plan_scene(seed, size_px, size_px, gsd_m, conditions, layout)
    return paint_scene(plan, plan.whole)


def _with_surroundings(plan: ScenePlan, window: Window) -> Window:
    """Return the window with a margin for shadows, relief displacement and blur."""
    conditions = plan.conditions
    sun = (conditions.sun_azimuth_deg, conditions.sun_elevation_deg)
    label_noise_m = 6 * conditions.label_noise_m
    more_px = REACH_PX + ceil((REACH_M + label_noise_m + reach_m(conditions)) / plan.gsd_m)
    top, left, bottom, right = (px + more_px for px in shadow_margins(plan.gsd_m, *sun))
    return Window(
        window.row - top,
        window.col - left,
        window.height + top + bottom,
        window.width + left + right,
    ).clip(plan.height, plan.width)


def _render_image(source: NoiseSource, canvas: Canvas, conditions: Conditions) -> np.ndarray:
    surface = canvas.terrain + canvas.heights
    radiance = sunlit(canvas.reflectance, surface, canvas.gsd_m, conditions)
    leaning = displace_relief(radiance, canvas.heights, canvas.gsd_m, conditions)
    return expose(source, canvas.window, leaning, conditions)


def _measure_dsm(source: NoiseSource, canvas: Canvas, conditions: Conditions) -> np.ndarray:
    surface = canvas.terrain + canvas.former_heights
    return measure_surface(
        source, canvas.window, surface, canvas.openness, canvas.terrain, canvas.gsd_m, conditions
    )


def _draw_labels(source: NoiseSource, canvas: Canvas, conditions: Conditions) -> np.ndarray:
    if not conditions.label_noise_m:
        return canvas.labels
    deviation_px = np.float32(conditions.label_noise_m / canvas.gsd_m)
    down, right = (
        deviation_px * source.child(axis).smooth(canvas.window, LABEL_NOISE_CELL_M / canvas.gsd_m)
        for axis in (0, 1)
    )
    return canvas.labels[displaced(down, right)]


def _cover_with_grass(source: NoiseSource, canvas: Canvas) -> None:
    whole = canvas.whole()
    everywhere = np.ones(canvas.shape, bool)
    canvas.color(whole, everywhere, LOW_VEGETATION, LAWN.mix(source.child("grass").generator()))
    canvas.heights += np.float32(0.05)
    canvas.former_heights += np.float32(0.05)


def _build_land(source: NoiseSource, canvas: Canvas, plan: ScenePlan) -> None:
    streets, conditions = plan.streets, plan.conditions
    pave_streets(source.child("pavement").generator(), canvas, streets)
    furnish_blocks(source.child("blocks"), canvas, streets)
    _apply_drought(source.child("drought").generator(), canvas, conditions.drought)
    fill_streets(source.child("cars"), canvas, streets)
    plant_street_trees(source.child("avenues"), canvas, streets)


def _apply_drought(rng: np.random.Generator, canvas: Canvas, drought: float) -> None:
    """Dry out patches of low vegetation, and roughen its heights."""
    dry = DRY_LAWN.mix(rng).spectrum
    amount = np.clip(canvas.patches * 0.5 + 0.3 * canvas.mottle, 0, 1) * np.float32(drought)
    amount *= canvas.labels == LOW_VEGETATION
    canvas.reflectance += amount * (dry[:, None, None] - canvas.reflectance)
    rough_m = np.float32(0.04) * np.abs(canvas.foliage) * (canvas.labels == LOW_VEGETATION)
    canvas.heights += rough_m
    canvas.former_heights += rough_m
