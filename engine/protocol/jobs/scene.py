# SPDX-License-Identifier: GPL-2.0-or-later
"""The scene job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Dict, Tuple

from ..errors import JobError
from ..scene_ranges import LANDS, SCENE_FLAWS, SURVEYS
from .fields import check_at_least, check_at_most, check_choice, requires_path, says

HEIGHT_SURVEYS = ("drawn", *SURVEYS)
LAND_CHOICES = ("drawn", *LANDS)
SMALLEST_PX = 64
FARTHEST_M = 20.0


@dataclass(frozen=True)
class SceneJob:
    """Make a synthetic scene: image, heights, labels and annotations.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "scene"

    output: str = requires_path("folder for the scene")
    seed: int = says(1, "the same seed gives the same scene")
    size_px: int = says(1024, "width and height of the scene in pixels")
    width_px: int = says(0, "width of the scene in pixels; 0: the same as the size")
    height_px: int = says(0, "height of the scene in pixels; 0: the same as the size")
    gsd_m: float = says(0.1, "ground sampling distance in meters")
    land: str = says(
        "drawn",
        "what the scene shows: houses and streets, fields and farms (a farm or a lane wants some "
        "200 m), or what the seed draws",
        LAND_CHOICES,
    )
    survey: str = says(
        "drawn",
        "how the heights were measured: without error, by LiDAR, matched in photographs, or what "
        "the seed draws",
        HEIGHT_SURVEYS,
    )
    bit_depth: int = says(8, "of the image: 8 or 16")
    with_flaws: bool = says(
        False,
        "draw flaws of surveys that do not quite fit together, as for training; those given "
        "besides, above 0, hold",
    )
    lean: float = says(
        0.0,
        "meters that a height of one meter is shifted by in the image",
    )
    shift_m: float = says(0.0, "meters that the whole image is shifted by")
    outdated_fraction: float = says(
        0.0, "share of buildings and trees that the DSM lacks; a third as many only it has"
    )
    moved_cars: float = says(0.0, "share of the cars that the DSM lacks")
    label_noise_m: float = says(0.0, "deviation of the borders of the labels, in meters")

    def __post_init__(self) -> None:
        """Refuse sizes that no scene could have."""
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
            raise JobError(f"'gsd_m' is {self.gsd_m}; scenes are made from 0.02 to 2 meters.")

    @property
    def flaws(self) -> Dict[str, float]:
        """The flaws asked for, by name."""
        return {row.name: getattr(self, row.name) for row in SCENE_FLAWS}

    @property
    def shape_px(self) -> Tuple[int, int]:
        """Height and width of the scene."""
        return self.height_px or self.size_px, self.width_px or self.size_px

    def problems(self) -> Tuple[str, ...]:
        """Return plain sentences that keep the job from running; none means runnable."""
        return () if self.output else ("No output folder is given: choose where the scene goes.",)
