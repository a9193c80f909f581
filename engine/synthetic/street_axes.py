# SPDX-License-Identifier: GPL-2.0-or-later
"""Street axes: the center lines of the roadways of a street plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from .streets import StreetPlan

STEP_M = 2.0  # distance of the vertices; the bends are gentle


class StreetAxis(NamedTuple):
    """Center line of a street between two crossings.

    Args:
        line: shapely line; x to the right, y downwards, in meters.
        roadway_m: width of the roadway between the curbs.
        width_m: width including the sidewalks.
    """

    line: shapely.LineString
    roadway_m: float
    width_m: float


def street_axes(plan: StreetPlan) -> list[StreetAxis]:
    """Return the axes of all streets that exist, including those outside the scene."""
    axes = []
    for is_side in (False, True):
        lines = plan.side_streets if is_side else plan.streets
        ends = (plan.streets if is_side else plan.side_streets).positions
        for number, gap in np.argwhere(lines.is_open[:, 1:-1]):
            across, half_m = lines.positions[number], float(lines.half_widths[number])
            steps = max(2, round((ends[gap + 1] - ends[gap]) / STEP_M) + 1)
            along = np.linspace(ends[gap], ends[gap + 1], steps)
            places = [plan.place(*((across, at) if is_side else (at, across))) for at in along]
            line = shapely.LineString([(place.x, place.y) for place in places])
            axes.append(StreetAxis(line, 2 * half_m, 2 * (half_m + plan.sidewalk_m)))
    return axes
