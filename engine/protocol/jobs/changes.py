# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for the changes between two class rasters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple

from ..legend import ISPRS, Legend
from .fields import check_at_least, option, required_path


@dataclass(frozen=True)
class ChangesJob:
    """Outline where two class rasters of the same area differ, for example before and after.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "changes"

    before: str = required_path("class raster before")
    after: str = required_path("class raster after, on the same pixels")
    output: str = required_path("folder for all results")
    minimum_m2: float = option(1.0, "smallest change in square meters that gets a polygon")
    legend: Legend = option(ISPRS, "legend of both class rasters")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        check_at_least(0, minimum_m2=self.minimum_m2)

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = []
        if not self.before or not self.after:
            sentences.append(
                "Two class rasters are needed: choose the results of two label jobs of one area."
            )
        if not self.output:
            sentences.append("No output folder is given: choose where to save the results.")
        return tuple(sentences)
