# SPDX-License-Identifier: GPL-2.0-or-later
"""A scene: a made-up town from above, with image, heights and the truth about every pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .avenue import line_with_trees
from .canvas import Canvas
from .cars import fill_streets
from .codes import LOW_VEGETATION
from .conditions import draw_conditions
from .light import light_up
from .pavement import pave_streets
from .sensor import expose, measure_surface
from .spectra import DRY_LAWN, LAWN
from .streets import blocks_of, plan_streets
from .terrain import make_terrain
from .zones import furnish_blocks

if TYPE_CHECKING:
    from .conditions import Conditions

DRY_SHARE = 0.35  # how far the driest patches go from lawn to dry grass


@dataclass(frozen=True)
class Scene:
    """One finished scene; arrays of (H, W) unless said otherwise.

    Args:
        seed: it was made from.
        gsd_m: edge of a pixel in metres.
        image: (3, H, W) uint8: near infrared, red, green.
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


def make_scene(
    seed: int, size_px: int, gsd_m: float, conditions: Conditions | None = None
) -> Scene:
    """Return the scene of a seed; the same arguments always give the same scene.

    Args:
        seed: 0 or more.
        size_px: edge of the square scene.
        gsd_m: edge of a pixel in metres.
        conditions: of light and sensor; drawn from the seed unless given.
    """
    ground, textures, town, day, noise = (
        np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(5)
    )
    conditions = conditions or draw_conditions(day)
    canvas = Canvas(textures, size_px, gsd_m, make_terrain(ground, size_px, gsd_m))
    _sow_grass(town, canvas)
    _build_town(town, canvas)
    surface = canvas.terrain + canvas.heights
    radiance = light_up(canvas.reflectance, surface, gsd_m, conditions)
    return Scene(
        seed=seed,
        gsd_m=gsd_m,
        image=expose(noise, radiance, conditions),
        dsm=measure_surface(noise, surface, conditions),
        dtm=canvas.terrain,
        labels=canvas.labels,
    )


def _sow_grass(rng: np.random.Generator, canvas: Canvas) -> None:
    whole = canvas.whole()
    everywhere = np.ones(canvas.shape, bool)
    canvas.color(whole, everywhere, LOW_VEGETATION, LAWN.mix(rng))
    canvas.heights += np.float32(0.05)


def _build_town(rng: np.random.Generator, canvas: Canvas) -> None:
    plan = plan_streets(rng, canvas.extent_m)
    pave_streets(rng, canvas, plan)
    furnish_blocks(rng, canvas, plan, blocks_of(plan))
    _wither(rng, canvas)
    fill_streets(rng, canvas, plan)
    line_with_trees(rng, canvas, plan)


def _wither(rng: np.random.Generator, canvas: Canvas) -> None:
    """Let low vegetation dry out in patches, and stand uneven."""
    dry = DRY_LAWN.mix(rng).spectrum
    amount = np.clip(canvas.patches * 0.5 + 0.3 * canvas.mottle, 0, 1) * np.float32(DRY_SHARE)
    amount *= canvas.labels == LOW_VEGETATION
    canvas.reflectance += amount * (dry[:, None, None] - canvas.reflectance)
    rough_m = np.float32(0.04) * np.abs(canvas.foliage)
    canvas.heights += rough_m * (canvas.labels == LOW_VEGETATION)
