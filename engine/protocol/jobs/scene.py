# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for generating a synthetic scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Dict, Tuple

from ..errors import JobError
from ..scene_ranges import LANDS, SCENE_FLAWS, SURVEYS
from .fields import check_at_least, check_at_most, check_choice, option, required_path

HEIGHT_SURVEYS = ("drawn", *SURVEYS)
LAND_CHOICES = ("drawn", *LANDS)
SMALLEST_PX = 64
FARTHEST_M = 20.0


@dataclass(frozen=True)
class SceneJob:
    """Generate a synthetic scene: image, heights, labels and annotations.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "scene"

    output: str = required_path("folder for the scene")
    seed: int = option(1, "random seed; the same seed gives the same scene")
    size_px: int = option(1024, "width and height of the scene in pixels")
    width_px: int = option(0, "width of the scene in pixels; 0: the same as the size")
    height_px: int = option(0, "height of the scene in pixels; 0: the same as the size")
    gsd_m: float = option(0.1, "ground sampling distance in meters")
    land: str = option(
        "drawn",
        "land of the scene: houses and streets, fields and farms (a farm or a lane needs about "
        "200 m), or drawn from the seed",
        LAND_CHOICES,
    )
    survey: str = option(
        "drawn",
        "survey of the heights: without error, by LiDAR, by image matching, or drawn from the seed",
        HEIGHT_SURVEYS,
    )
    bit_depth: int = option(8, "bit depth of the image: 8 or 16")
    with_flaws: bool = option(
        False,
        "draw random mismatches between image, heights and labels, as for training; values above "
        "0 that are given take precedence",
    )
    lean: float = option(
        0.0,
        "relief displacement in the image, in meters per meter of height",
    )
    shift_m: float = option(0.0, "shift of the whole image in meters")
    outdated_fraction: float = option(
        0.0,
        "share of buildings and trees missing in the DSM; a third as many are only in it",
    )
    moved_cars: float = option(0.0, "share of the cars missing in the DSM")
    label_noise_m: float = option(0.0, "standard deviation of label borders in meters")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        check_at_least(0, seed=self.seed)
        check_at_least(SMALLEST_PX, size_px=self.size_px)
        for name in ("width_px", "height_px"):
            value = getattr(self, name)
            if value and value < SMALLEST_PX:
                raise JobError(
                    f"'{name}' is {value}; it must be at least {SMALLEST_PX}, or 0 for as many "
                    "pixels as 'size_px'."
                )
        check_choice("land", self.land, LAND_CHOICES)
        check_choice("survey", self.survey, HEIGHT_SURVEYS)
        check_at_least(0, **self.flaws)
        check_at_most(
            1,
            lean=self.lean,
            outdated_fraction=self.outdated_fraction,
            moved_cars=self.moved_cars,
        )
        check_at_most(FARTHEST_M, shift_m=self.shift_m, label_noise_m=self.label_noise_m)
        if self.bit_depth not in (8, 16):
            raise JobError(f"'bit_depth' is {self.bit_depth}; it must be 8 or 16.")
        if not 0.02 <= self.gsd_m <= 2.0:
            raise JobError(f"'gsd_m' is {self.gsd_m}; it must be from 0.02 to 2 meters.")

    @property
    def flaws(self) -> Dict[str, float]:
        """Requested flaws, by name."""
        return {row.name: getattr(self, row.name) for row in SCENE_FLAWS}

    @property
    def shape_px(self) -> Tuple[int, int]:
        """Height and width of the scene in pixels."""
        return self.height_px or self.size_px, self.width_px or self.size_px

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        return (
            () if self.output else ("No output folder is given: choose where to save the scene.",)
        )
