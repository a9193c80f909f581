# SPDX-License-Identifier: GPL-2.0-or-later
"""Ranges: what is drawn anew for each scene, and between which limits.

A network that has seen all of this may take the real world for one more case (domain randomization:
J. Tobin et al., Domain Randomization for Transferring Deep Neural Networks from Simulation to the
Real World, IROS 2017). `python -m engine scene --help` prints the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Protocol


class Draws(Protocol):
    """What random numbers come from: a generator of numpy, or of the standard library."""

    def random(self) -> float:
        """Return a number from 0 to below 1."""


@dataclass(frozen=True)
class DrawnRange:
    """One number of the conditions.

    Args:
        name: of the field of `Conditions`.
        low: least value.
        high: largest value.
        unit: of the values.
        meaning: in a few words.
        in_logarithm: drawn evenly in the logarithm, for factors.
    """

    name: str
    low: float
    high: float
    unit: str
    meaning: str
    in_logarithm: bool = False

    def __post_init__(self) -> None:
        """Refuse limits that nothing lies between."""
        if not self.low <= self.high or (self.in_logarithm and self.low <= 0):
            raise ValueError(f"{self.low} to {self.high} is no range for {self.name}.")

    def draw(self, rng: Draws) -> float:
        """Return a value between the limits."""
        drawn = float(rng.random())
        if self.in_logarithm:
            return exp(log(self.low) + drawn * (log(self.high) - log(self.low)))
        return self.low + drawn * (self.high - self.low)


@dataclass(frozen=True)
class Share:
    """How often something is so.

    Args:
        name: of the flag.
        probability: 0 never, 1 always.
        meaning: in a few words.
    """

    name: str
    probability: float
    meaning: str

    def draw(self, rng: Draws) -> bool:
        """Return whether it is so this time."""
        return bool(rng.random() < self.probability)


SURVEYS = ("perfect", "lidar", "matched")
LANDS = ("town", "country")

# Every scene has these.
SCENE_RANGES = (
    DrawnRange("sun_azimuth_deg", 100, 260, "deg", "direction of the sun, clockwise from north"),
    DrawnRange("sun_elevation_deg", 26, 62, "deg", "sun above the horizon"),
    DrawnRange("sky_strength", 0.7, 1.9, "", "light from the sky; 1 on a clear day"),
    DrawnRange("haze", 0.0, 0.08, "", "radiance of the air in green; less in red, least in NIR"),
    DrawnRange("stray_nir", 0.0, 0.05, "", "NIR radiance that plants scatter into the view"),
    DrawnRange("crosstalk", 0.0, 0.2, "", "share of NIR that leaks into red and green"),
    DrawnRange("balance_nir", 0.6, 1.5, "", "gain of NIR against red", in_logarithm=True),
    DrawnRange("balance_green", 0.85, 1.2, "", "gain of green against red", in_logarithm=True),
    DrawnRange("exposure", 0.75, 1.3, "", "gain of all bands", in_logarithm=True),
    DrawnRange("gamma", 0.5, 1.0, "", "exponent of the tone curve"),
    DrawnRange("blur_px", 0.4, 1.2, "px", "deviation of the image's point spread"),
    DrawnRange("noise_dn", 0.4, 3.0, "DN", "deviation of the image's noise, in 8-bit steps"),
    DrawnRange("jpeg_quality", 50, 95, "%", "where the image was compressed"),
    DrawnRange("drought", 0.0, 0.9, "", "how far the driest patches go from lawn to dry grass"),
    DrawnRange("bare_crowns", 0.0, 1.0, "", "share of leafless deciduous trees, out of season"),
    DrawnRange("pulses_m2", 2.5, 40.0, "1/m2", "density of a LiDAR survey", in_logarithm=True),
    DrawnRange(
        "penetration", 0.08, 2.0, "", "how easily a survey misses crowns", in_logarithm=True
    ),
    DrawnRange("footprint_m", 0.05, 0.3, "m", "deviation of where a pulse hits"),
    DrawnRange("smear_m", 0.08, 0.6, "m", "deviation of the smear of a matched surface"),
    DrawnRange("swell_m", 0.0, 0.35, "m", "how far objects grow in a matched surface"),
    DrawnRange("blobs_m", 0.0, 0.25, "m", "deviation of the blobs of a matched surface"),
    DrawnRange("height_noise_m", 0.005, 0.06, "m", "deviation of the noise of heights"),
)

# What training scenes have besides, some of them: surveys that do not quite fit together.
SCENE_FLAWS = (
    DrawnRange(
        "lean", 0.0, 0.12, "m/m", "shift of high objects in an image that is no true orthophoto"
    ),
    DrawnRange("shift_m", 0.0, 0.8, "m", "shift of the whole image"),
    DrawnRange(
        "outdated_fraction",
        0.0,
        0.15,
        "",
        "buildings and trees that the DSM lacks; a third as many only it has",
    ),
    DrawnRange("moved_cars", 0.0, 1.0, "", "cars that drove off between image and heights"),
    DrawnRange("label_noise_m", 0.0, 0.3, "m", "deviation of the borders of drawn labels"),
)

# Not a matter of the conditions, so not among the shares that they draw.
OPEN_COUNTRY = Share(
    "is_open_country", 0.22, "wide fields and farms, not a town, unless `land` says which"
)

SCENE_SHARES = (
    Share("is_out_of_season", 0.35, "some deciduous trees bear no leaves"),
    Share("is_compressed", 0.4, "the image, if it has 8 bits, was compressed with JPEG"),
    Share("is_lidar", 0.6, "heights are measured by LiDAR, the others matched in photographs"),
    Share("is_true_ortho", 0.4, "no lean (training scenes)"),
    Share("is_registered", 0.5, "no shift (training scenes)"),
    Share("is_up_to_date", 0.8, "no building or tree came or went (training scenes)"),
    Share("is_of_one_day", 0.6, "no car drove off (training scenes)"),
    Share("is_well_drawn", 0.7, "no label noise (training scenes)"),
)


def ranges_text() -> str:
    """Return the tables as lines of text, for help."""
    lines = ["drawn anew for each scene, from its seed; report.json says what was drawn:"]
    lines += [_range_line(row) for row in SCENE_RANGES]
    lines += ["", "with --with-flaws also, in some scenes:"]
    lines += [_range_line(row) for row in SCENE_FLAWS]
    lines += ["", "and how often it is so:"]
    lines += [
        f"  {row.name:20}{row.probability:>16.0%}  {row.meaning}"
        for row in (OPEN_COUNTRY, *SCENE_SHARES)
    ]
    return "\n".join(lines)


def _range_line(row: DrawnRange) -> str:
    limits = f"{row.low:g} to {row.high:g} {row.unit}".rstrip()
    return f"  {row.name:20}{limits:>16}  {row.meaning}"
