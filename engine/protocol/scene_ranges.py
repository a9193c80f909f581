# SPDX-License-Identifier: GPL-2.0-or-later
"""Ranges of the conditions that are drawn randomly for each synthetic scene.

The wide variation is meant to help networks generalize to real imagery (domain randomization:
J. Tobin et al., Domain Randomization for Transferring Deep Neural Networks from Simulation to the
Real World, IROS 2017). `python -m engine scene --help` prints the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Protocol


class RandomSource(Protocol):
    """A random number generator, of numpy or of the standard library."""

    def random(self) -> float:
        """Return a random number, at least 0 and below 1."""


@dataclass(frozen=True)
class DrawnRange:
    """Range of one number of the conditions.

    Args:
        name: name of the field of `Conditions`.
        low: lowest value.
        high: highest value.
        unit: unit of the values.
        meaning: short description.
        in_logarithm: whether the logarithm is uniformly distributed, for factors.
    """

    name: str
    low: float
    high: float
    unit: str
    meaning: str
    in_logarithm: bool = False

    def __post_init__(self) -> None:
        """Check that the range is not empty."""
        if not self.low <= self.high or (self.in_logarithm and self.low <= 0):
            raise ValueError(f"{self.low} to {self.high} is not a valid range of {self.name}.")

    def draw(self, rng: RandomSource) -> float:
        """Return a random value in the range."""
        drawn = float(rng.random())
        if self.in_logarithm:
            return exp(log(self.low) + drawn * (log(self.high) - log(self.low)))
        return self.low + drawn * (self.high - self.low)


@dataclass(frozen=True)
class Share:
    """Probability of a flag of the conditions.

    Args:
        name: name of the flag.
        probability: probability that the flag is set, 0..1.
        meaning: short description.
    """

    name: str
    probability: float
    meaning: str

    def draw(self, rng: RandomSource) -> bool:
        """Return a random value of the flag."""
        return bool(rng.random() < self.probability)


SURVEYS = ("perfect", "lidar", "matched")
LANDS = ("town", "country")

# Drawn for every scene.
SCENE_RANGES = (
    DrawnRange("sun_azimuth_deg", 100, 260, "deg", "direction of the sun, clockwise from north"),
    DrawnRange("sun_elevation_deg", 22, 62, "deg", "sun above the horizon"),
    DrawnRange("sky_strength", 0.5, 1.8, "", "sky light relative to a clear day"),
    DrawnRange("haze", 0.0, 0.08, "", "path radiance in green; less in red, least in NIR"),
    DrawnRange("stray_nir", 0.0, 0.05, "", "stray NIR radiance from vegetation"),
    DrawnRange("crosstalk", 0.0, 0.15, "", "share of NIR that leaks into red and green"),
    DrawnRange("balance_nir", 0.75, 1.35, "", "gain of NIR relative to red", in_logarithm=True),
    DrawnRange("balance_green", 0.88, 1.15, "", "gain of green relative to red", in_logarithm=True),
    DrawnRange("exposure", 0.75, 1.3, "", "gain of all bands", in_logarithm=True),
    DrawnRange("gamma", 0.55, 1.0, "", "exponent of the tone curve"),
    DrawnRange("blur_px", 0.4, 1.2, "px", "standard deviation of the point spread"),
    DrawnRange("noise_dn", 0.4, 3.0, "DN", "standard deviation of image noise, in 8-bit levels"),
    DrawnRange("jpeg_quality", 50, 95, "%", "JPEG quality of compressed images"),
    DrawnRange("drought", 0.0, 0.9, "", "driest patches, from 0 (lawn) to 1 (dry grass)"),
    DrawnRange("bare_crowns", 0.0, 1.0, "", "share of leafless deciduous trees, out of season"),
    DrawnRange(
        "roughness",
        0.006,
        0.15,
        "",
        "typical roughness of crowns relative to their height",
        in_logarithm=True,
    ),
    DrawnRange("pulses_m2", 2.5, 40.0, "1/m2", "density of a LiDAR survey", in_logarithm=True),
    DrawnRange(
        "penetration", 0.08, 2.0, "", "how easily a survey misses crowns", in_logarithm=True
    ),
    DrawnRange("footprint_m", 0.05, 0.3, "m", "standard deviation of pulse positions"),
    DrawnRange("smear_m", 0.08, 0.6, "m", "standard deviation of the smoothing by matching"),
    DrawnRange("swell_m", 0.0, 0.35, "m", "dilation of objects by matching"),
    DrawnRange("blobs_m", 0.0, 0.25, "m", "standard deviation of matching errors"),
    DrawnRange("calm_m", 0.3, 2.2, "m", "edge of the median filter of smoothed heights"),
    DrawnRange("height_gsd_m", 0.4, 1.2, "m", "pixel of coarse heights"),
    DrawnRange("height_noise_m", 0.005, 0.06, "m", "standard deviation of height noise"),
)

# Drawn for some training scenes: image, heights and labels that do not match exactly.
SCENE_FLAWS = (
    DrawnRange(
        "lean", 0.0, 0.12, "m/m", "relief displacement if the image is not a true orthophoto"
    ),
    DrawnRange("shift_m", 0.0, 0.8, "m", "shift of the whole image"),
    DrawnRange(
        "outdated_fraction",
        0.0,
        0.15,
        "",
        "share of buildings and trees missing in the DSM; a third as many are only in it",
    ),
    DrawnRange("moved_cars", 0.0, 1.0, "", "share of cars missing in the DSM"),
    DrawnRange("label_noise_m", 0.0, 0.3, "m", "standard deviation of label borders"),
)

# Separate from the shares of the conditions, as it determines the layout.
OPEN_COUNTRY = Share(
    "is_open_country", 0.22, "fields and farms instead of a town, unless `land` is given"
)

SCENE_SHARES = (
    Share("is_out_of_season", 0.35, "some deciduous trees are leafless"),
    Share("is_compressed", 0.4, "images of 8 bits are compressed with JPEG"),
    Share("is_lidar", 0.6, "heights by LiDAR, otherwise by image matching"),
    Share("is_gapless", 0.25, "no survey point below the surface of crowns"),
    Share("is_smoothed", 0.4, "heights are smoothed by a median and a Gaussian filter"),
    Share("is_coarse", 0.25, "heights come in larger pixels and are interpolated"),
    Share("is_true_ortho", 0.4, "no relief displacement (training scenes)"),
    Share("is_registered", 0.5, "no shift (training scenes)"),
    Share("is_up_to_date", 0.8, "no outdated buildings or trees (training scenes)"),
    Share("is_of_one_day", 0.6, "no moved cars (training scenes)"),
    Share("is_well_drawn", 0.7, "no label noise (training scenes)"),
)


def ranges_text() -> str:
    """Return the tables as text for the help."""
    lines = ["drawn from the seed of each scene; report.json contains the values:"]
    lines += [_range_line(row) for row in SCENE_RANGES]
    lines += ["", "additionally in some scenes with --with-flaws:"]
    lines += [_range_line(row) for row in SCENE_FLAWS]
    lines += ["", "probabilities:"]
    lines += [
        f"  {row.name:20}{row.probability:>16.0%}  {row.meaning}"
        for row in (OPEN_COUNTRY, *SCENE_SHARES)
    ]
    return "\n".join(lines)


def _range_line(row: DrawnRange) -> str:
    limits = f"{row.low:g} to {row.high:g} {row.unit}".rstrip()
    return f"  {row.name:20}{limits:>16}  {row.meaning}"
