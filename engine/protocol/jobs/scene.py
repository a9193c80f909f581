# SPDX-License-Identifier: GPL-2.0-or-later
"""The scene job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple

from ..errors import JobError
from .fields import check_at_least, requires_path, says


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
    width_px: int = says(0, "width of the scene in pixels; 0: size_px")
    height_px: int = says(0, "height of the scene in pixels; 0: size_px")
    gsd_m: float = says(0.1, "ground sampling distance in meters")

    def __post_init__(self) -> None:
        """Refuse sizes that no scene could have."""
        check_at_least(0, seed=self.seed)
        height_px, width_px = self.shape_px
        check_at_least(64, size_px=self.size_px, width_px=width_px, height_px=height_px)
        if not 0.02 <= self.gsd_m <= 2.0:
            raise JobError(f"'gsd_m' is {self.gsd_m}; scenes are made from 0.02 to 2 meters.")

    @property
    def shape_px(self) -> Tuple[int, int]:
        """Height and width of the scene."""
        return self.height_px or self.size_px, self.width_px or self.size_px

    def problems(self) -> Tuple[str, ...]:
        """Return plain sentences that keep the job from running; none means runnable."""
        return () if self.output else ("No output folder is given: choose where the scene goes.",)
