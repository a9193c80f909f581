# SPDX-License-Identifier: GPL-2.0-or-later
"""Acquisition conditions of a scene: season, light, camera and height survey."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

from ..protocol import SCENE_FLAWS, SCENE_RANGES, SCENE_SHARES, SURVEYS
from .noise import NoiseSource


@dataclass(frozen=True)
class Conditions:
    """Season, sun, atmosphere, camera and height survey of a scene.

    The tables of `protocol/scene_ranges.py` define the fields that are not listed here.

    Args:
        lean_azimuth_deg: direction of relief displacement and image shift, clockwise from north.
        survey: method of the height survey, one of `SURVEYS`.
        bit_depth: bit depth of the image, 8 or 16.
    """

    sun_azimuth_deg: float
    sun_elevation_deg: float
    sky_strength: float
    haze: float
    stray_nir: float
    crosstalk: float
    balance_nir: float
    balance_green: float
    exposure: float
    gamma: float
    blur_px: float
    noise_dn: float
    jpeg_quality: float
    drought: float
    bare_crowns: float
    roughness: float
    pulses_m2: float
    penetration: float
    footprint_m: float
    smear_m: float
    swell_m: float
    blobs_m: float
    calm_m: float
    height_gsd_m: float
    height_noise_m: float
    lean: float = 0.0
    shift_m: float = 0.0
    outdated_fraction: float = 0.0
    moved_cars: float = 0.0
    label_noise_m: float = 0.0
    lean_azimuth_deg: float = 0.0
    survey: str = "lidar"
    bit_depth: int = 8

    def __post_init__(self) -> None:
        """Check the survey, the ranges of values and the bit depth."""
        if self.survey not in SURVEYS:
            raise ValueError(
                f"The survey is {self.survey!r}; it must be one of {', '.join(SURVEYS)}."
            )
        negative = [
            row.name for row in (*SCENE_RANGES, *SCENE_FLAWS) if getattr(self, row.name) < 0
        ]
        if negative or not 0 < self.sun_elevation_deg <= 90:
            raise ValueError(f"{', '.join(negative) or 'sun_elevation_deg'} is out of range.")
        if self.bit_depth not in (8, 16):
            raise ValueError(f"The bit depth is {self.bit_depth}; it must be 8 or 16.")

    @property
    def gains(self) -> tuple[float, float, float]:
        """Sensitivity in NIR, R, G."""
        return (self.exposure * self.balance_nir, self.exposure, self.exposure * self.balance_green)

    @property
    def hazes(self) -> tuple[float, float, float]:
        """Added radiance in NIR, R, G: air scatters short wavelengths most, vegetation NIR."""
        return (0.4 * self.haze + self.stray_nir, 0.8 * self.haze, self.haze)

    @property
    def leaning(self) -> tuple[float, float]:
        """Unit vector of the displacement, its south and east components."""
        angle = self.lean_azimuth_deg * pi / 180
        return (-cos(angle), sin(angle))


def conditions_of(seed: int, *, with_flaws: bool = False) -> Conditions:
    """Return the conditions of a scene.

    Args:
        seed: seed of the scene, 0 or more.
        with_flaws: whether image, heights and labels may be misregistered or outdated, as in
            training.
    """
    rng = NoiseSource(seed).child("day").generator()
    drawn: dict[str, Any] = {row.name: row.draw(rng) for row in (*SCENE_RANGES, *SCENE_FLAWS)}
    is_so = {row.name: row.draw(rng) for row in SCENE_SHARES}
    lean_azimuth_deg = float(rng.uniform(0, 360))
    if not is_so["is_out_of_season"]:
        drawn["bare_crowns"] = 0.0
    if not is_so["is_compressed"]:
        drawn["jpeg_quality"] = 100.0
    if is_so["is_gapless"]:
        drawn["penetration"] = 0.0
    if not is_so["is_smoothed"]:
        drawn["calm_m"] = 0.0
    if not is_so["is_coarse"]:
        drawn["height_gsd_m"] = 0.0
    for flag, flaw in (
        ("is_true_ortho", "lean"),
        ("is_registered", "shift_m"),
        ("is_up_to_date", "outdated_fraction"),
        ("is_of_one_day", "moved_cars"),
        ("is_well_drawn", "label_noise_m"),
    ):
        if is_so[flag] or not with_flaws:
            drawn[flaw] = 0.0
    survey = "lidar" if is_so["is_lidar"] else "matched"
    return Conditions(**drawn, lean_azimuth_deg=lean_azimuth_deg, survey=survey)
