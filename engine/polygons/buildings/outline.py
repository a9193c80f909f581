# SPDX-License-Identifier: GPL-2.0-or-later
"""The regularized outline of a building, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    import shapely

Pixel: TypeAlias = tuple[int, int]  # row and column
Status = Literal["fit", "fit_fine", "fit_finest", "circle", "rectangle", "simplified", "raw"]
STATUSES: tuple[str, ...] = get_args(Status)


@dataclass(frozen=True)
class RegularizedOutline:
    """The outline of one building.

    Args:
        polygon: valid polygon in pixel space of the raster, x = column and y = row.
        status: step of the ladder that gave the polygon, one of `STATUSES`.
        iou_raw: intersection over union with the pixels of the building.
    """

    polygon: shapely.Polygon
    status: Status
    iou_raw: float

    def __post_init__(self) -> None:
        """Check the polygon, the status and the score.

        Raises:
            ValueError: if the polygon is empty or invalid, or status or score do not exist.
        """
        if self.polygon.geom_type != "Polygon" or self.polygon.is_empty:
            raise ValueError(f"An outline is one polygon, not {self.polygon.geom_type}.")
        if not self.polygon.is_valid:
            raise ValueError("The polygon of an outline must be valid.")
        if self.status not in STATUSES:
            raise ValueError(f"The status {self.status!r} is none of {', '.join(STATUSES)}.")
        if not 0 <= self.iou_raw <= 1:
            raise ValueError(f"The IoU is {self.iou_raw}; it must be from 0 to 1.")
