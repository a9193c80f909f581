# SPDX-License-Identifier: GPL-2.0-or-later
"""Reflectance of materials in near infrared, red and green, and its variation.

Reflectances are approximate means of published spectral libraries for sunlit surfaces. For
training their order matters: vegetation is much brighter in NIR than in red, tiles rise from green
to NIR, asphalt and slate are dark and flat, water is dark in NIR.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Paint(NamedTuple):
    """Appearance of one object: reflectance (NIR, R, G), texture strength and openness."""

    spectrum: np.ndarray  # (3,) float32
    grain: float
    mottle: float
    openness: float = 0.0


@dataclass(frozen=True)
class Material:
    """A surface material.

    Args:
        nir, red, green: mean reflectance, 0..1.
        spread: relative deviation of brightness between objects.
        tint: relative deviation of each band between objects.
        grain: relative deviation between neighboring pixels.
        mottle: relative deviation between spots one or two meters wide.
        openness: permeability to light and LiDAR, 0..1.
    """

    nir: float
    red: float
    green: float
    spread: float = 0.15
    tint: float = 0.05
    grain: float = 0.04
    mottle: float = 0.05
    openness: float = 0.0

    def mix(self, rng: np.random.Generator) -> Paint:
        """Return the random appearance of one object of this material."""
        brightness = np.exp(self.spread * rng.standard_normal())
        bands = np.exp(self.tint * rng.standard_normal(3))
        spectrum = np.array([self.nir, self.red, self.green]) * brightness * bands
        clipped = np.clip(spectrum, 0.02, 0.9).astype(np.float32)
        return Paint(clipped, self.grain, self.mottle, self.openness)


def choose(rng: np.random.Generator, palette: tuple[tuple[Material, float], ...]) -> Paint:
    """Return the appearance of an object whose material is drawn from a weighted palette."""
    weights = np.array([weight for _, weight in palette])
    return palette[rng.choice(len(palette), p=weights / weights.sum())][0].mix(rng)


ASPHALT = Material(0.15, 0.145, 0.135, 0.35, 0.035, 0.05, 0.08)
WORN_ASPHALT = Material(0.29, 0.285, 0.27, 0.30, 0.03, 0.09, 0.10)
FRESH_ASPHALT = Material(0.08, 0.075, 0.07, 0.20, 0.03, 0.04, 0.05)
SIDEWALK = Material(0.31, 0.30, 0.29, 0.25, 0.04, 0.06, 0.06)
PAVING = Material(0.30, 0.27, 0.23, 0.28, 0.05, 0.08, 0.06)
GRAVEL = Material(0.34, 0.31, 0.27, 0.15, 0.05, 0.10, 0.08)
CONCRETE = Material(0.40, 0.395, 0.375, 0.22, 0.03, 0.07, 0.08)
ROAD_PAINT = Material(0.60, 0.60, 0.58, 0.10, 0.01, 0.08, 0.10)

LAWN = Material(0.46, 0.12, 0.16, 0.16, 0.14, 0.08, 0.09)
DRY_LAWN = Material(0.36, 0.22, 0.20, 0.16, 0.10, 0.09, 0.12)
MEADOW = Material(0.43, 0.15, 0.16, 0.18, 0.14, 0.12, 0.18)
CROP = Material(0.48, 0.10, 0.13, 0.22, 0.16, 0.08, 0.10)
STUBBLE = Material(0.40, 0.33, 0.26, 0.20, 0.08, 0.09, 0.10)
FALLOW = Material(0.30, 0.25, 0.20, 0.25, 0.12, 0.10, 0.14)
TILLED_SOIL = Material(0.24, 0.19, 0.15, 0.35, 0.05, 0.07, 0.12)
PALE_SOIL = Material(0.46, 0.385, 0.315, 0.18, 0.04, 0.08, 0.10)
DRY_MEADOW = Material(0.40, 0.27, 0.22, 0.18, 0.10, 0.10, 0.16)
TRODDEN = Material(0.33, 0.24, 0.19, 0.18, 0.08, 0.09, 0.14)
CHALK_SOIL = Material(0.46, 0.41, 0.37, 0.20, 0.03, 0.08, 0.12)
GRAY_SOIL = Material(0.40, 0.40, 0.365, 0.25, 0.05, 0.08, 0.12)  # chalk or silt, without humus
HEATH = Material(0.28, 0.14, 0.12, 0.18, 0.12, 0.14, 0.22)
SHRUB = Material(0.42, 0.07, 0.10, 0.18, 0.14, 0.16, 0.12, 0.35)
BRAMBLE = Material(0.44, 0.13, 0.15, 0.20, 0.16, 0.09, 0.12, 0.2)
BROADLEAF = Material(0.46, 0.075, 0.105, 0.26, 0.20, 0.10, 0.10, 0.3)
CONIFER = Material(0.28, 0.05, 0.07, 0.22, 0.14, 0.10, 0.08, 0.2)
AUTUMN = Material(0.40, 0.17, 0.13, 0.22, 0.16, 0.12, 0.12, 0.35)
PALM = Material(0.34, 0.13, 0.14, 0.20, 0.12, 0.20, 0.16, 0.65)
BARE_CROWN = Material(0.25, 0.17, 0.15, 0.20, 0.12, 0.20, 0.14, 0.6)

RED_TILE = Material(0.38, 0.27, 0.13, 0.20, 0.07, 0.06, 0.06)
BROWN_TILE = Material(0.24, 0.17, 0.11, 0.20, 0.08, 0.06, 0.06)
SLATE = Material(0.13, 0.12, 0.12, 0.22, 0.05, 0.05, 0.05)
GRAY_TILE = Material(0.24, 0.23, 0.22, 0.22, 0.04, 0.05, 0.05)
ROOF_GRAVEL = Material(0.31, 0.29, 0.27, 0.18, 0.04, 0.10, 0.09)
BITUMEN = Material(0.09, 0.085, 0.08, 0.28, 0.04, 0.05, 0.12)
MEMBRANE = Material(0.62, 0.64, 0.63, 0.12, 0.02, 0.03, 0.05)
COPPER = Material(0.26, 0.21, 0.31, 0.12, 0.06, 0.04, 0.06)
SEDUM = Material(0.36, 0.19, 0.18, 0.15, 0.10, 0.10, 0.16)
SHEET_METAL = Material(0.42, 0.42, 0.43, 0.25, 0.05, 0.03, 0.04)
SOLAR_PANEL = Material(0.07, 0.05, 0.06, 0.15, 0.08, 0.03, 0.02)
PALE_TILE = Material(0.46, 0.38, 0.27, 0.18, 0.07, 0.08, 0.08)
MOSSY_TILE = Material(0.30, 0.19, 0.15, 0.18, 0.10, 0.10, 0.14)
MOSS = Material(0.34, 0.11, 0.13, 0.25, 0.12, 0.10, 0.12)
GRASS_ROOF = Material(0.42, 0.15, 0.16, 0.18, 0.12, 0.10, 0.12)
THATCH = Material(0.32, 0.20, 0.15, 0.20, 0.10, 0.06, 0.10)
RUST = Material(0.27, 0.17, 0.10, 0.25, 0.10, 0.05, 0.12)
FIBER_CEMENT = Material(0.33, 0.31, 0.29, 0.25, 0.04, 0.06, 0.10)
GREEN_SHEET = Material(0.20, 0.13, 0.20, 0.25, 0.10, 0.03, 0.04)
GLASSHOUSE = Material(0.42, 0.34, 0.34, 0.20, 0.08, 0.06, 0.10)

PITCHED_ROOFS = (
    (RED_TILE, 4),
    (BROWN_TILE, 2.5),
    (SLATE, 2),
    (GRAY_TILE, 1.5),
    (PALE_TILE, 2),
    (MOSSY_TILE, 1.6),
    (FIBER_CEMENT, 0.8),
    (SHEET_METAL, 0.5),
    (GREEN_SHEET, 0.2),
    (THATCH, 0.3),
    (MOSS, 0.3),
    (RUST, 0.3),
)
FLAT_ROOFS = (
    (ROOF_GRAVEL, 3),
    (BITUMEN, 2),
    (MEMBRANE, 1),
    (SHEET_METAL, 1.5),
    (SEDUM, 0.9),
    (GRASS_ROOF, 0.3),
    (COPPER, 0.3),
    (GRAY_TILE, 1),
    (FIBER_CEMENT, 0.6),
    (GREEN_SHEET, 0.3),
    (GLASSHOUSE, 0.2),
)

AWNINGS = (
    (Material(0.62, 0.60, 0.55, 0.15, 0.04, 0.03, 0.03), 3),  # white and cream
    (Material(0.42, 0.32, 0.08, 0.20, 0.08, 0.03, 0.03), 1.5),  # red
    (Material(0.30, 0.10, 0.16, 0.20, 0.10, 0.03, 0.03), 1),  # green and blue
)

BUSHES = ((SHRUB, 3), (BRAMBLE, 3), (MEADOW, 0.7), (HEATH, 0.5), (AUTUMN, 0.5))

CARS = (
    (Material(0.66, 0.66, 0.66, 0.10, 0.02, 0.03, 0.0), 2.2),  # white
    (Material(0.40, 0.40, 0.40, 0.18, 0.03, 0.03, 0.0), 2.2),  # silver
    (Material(0.20, 0.20, 0.20, 0.25, 0.04, 0.03, 0.0), 2.0),  # gray
    (Material(0.06, 0.05, 0.05, 0.25, 0.05, 0.03, 0.0), 2.6),  # black
    (Material(0.42, 0.34, 0.06, 0.20, 0.08, 0.03, 0.0), 1.0),  # red
    (Material(0.16, 0.06, 0.10, 0.25, 0.10, 0.03, 0.0), 1.3),  # blue
    (Material(0.22, 0.10, 0.18, 0.25, 0.10, 0.03, 0.0), 0.4),  # green
    (Material(0.50, 0.48, 0.34, 0.15, 0.05, 0.03, 0.0), 0.3),  # yellow
)
GLASS = Material(0.07, 0.08, 0.09, 0.25, 0.05, 0.02, 0.0)

CONTAINERS = (
    (Material(0.30, 0.24, 0.09, 0.20, 0.10, 0.04, 0.04), 2),
    (Material(0.18, 0.08, 0.14, 0.20, 0.10, 0.04, 0.04), 2),
    (Material(0.22, 0.14, 0.22, 0.20, 0.10, 0.04, 0.04), 1),
    (Material(0.45, 0.44, 0.42, 0.20, 0.04, 0.04, 0.04), 1),
)
WOOD = Material(0.34, 0.24, 0.17, 0.20, 0.06, 0.08, 0.06)
POOL = Material(0.05, 0.17, 0.36, 0.30, 0.06, 0.03, 0.04)
RUBBLE = Material(0.36, 0.32, 0.28, 0.15, 0.05, 0.18, 0.12)
BARE_SOIL = Material(0.32, 0.25, 0.18, 0.14, 0.06, 0.10, 0.12)
SAND = Material(0.46, 0.42, 0.34, 0.08, 0.04, 0.06, 0.05)
WATER = Material(0.03, 0.05, 0.07, 0.35, 0.15, 0.03, 0.08)
BALLAST = Material(0.22, 0.20, 0.18, 0.20, 0.05, 0.12, 0.06)
RAIL = Material(0.16, 0.13, 0.11, 0.15, 0.04, 0.04, 0.0)
