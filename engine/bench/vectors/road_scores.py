# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of road centerlines against the true axes of streets.

Completeness, correctness and quality as in C. Heipke, H. Mayer, C. Wiedemann, O. Jamet: Evaluation
of automatic road extraction, International Archives of Photogrammetry and Remote Sensing 32(3-2W3),
1997.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely

BUFFER_M = 1.5
INSET_M = 2.0  # rim of the scene that does not count
STEP_M = 2.0  # distance of the points for distance and width
SHORTEST_M = 3.0


class Roads(NamedTuple):
    """Lines with widths.

    Args:
        lines: lines in the CRS of the scene, (n,).
        width_m: width of each line with sidewalks, (n,).
    """

    lines: np.ndarray
    width_m: np.ndarray


@dataclass(frozen=True, eq=False)
class RoadScores:
    """Lengths and distances, which can be pooled.

    Args:
        true_m: length of the true axes.
        true_found_m: length of the true axes near found lines.
        found_m: length of the found lines.
        found_true_m: length of the found lines near true axes.
        distance_m: distance of points of found lines to the true axes, where near, (n,).
        width_error_m: absolute error of the width at the same points, (n,).
    """

    true_m: float
    true_found_m: float
    found_m: float
    found_true_m: float
    distance_m: np.ndarray
    width_error_m: np.ndarray

    @property
    def completeness(self) -> float:
        """Share of the true length that is found."""
        return self.true_found_m / self.true_m if self.true_m else float("nan")

    @property
    def correctness(self) -> float:
        """Share of the found length that is true."""
        return self.found_true_m / self.found_m if self.found_m else float("nan")

    @property
    def quality(self) -> float:
        """Matched length divided by that of matched, false and missing roads."""
        total_m = self.found_m + self.true_m - self.true_found_m
        return self.found_true_m / total_m if total_m else float("nan")


def score_roads(found: Roads, true: Roads, scene: shapely.Polygon) -> RoadScores:
    """Return the scores of the lines of one scene.

    Args:
        found: found center lines.
        true: true axes.
        scene: extent of the scene.
    """
    inner = shapely.buffer(scene, -INSET_M, join_style="mitre")
    axes = _clipped(true, inner)
    found_union = shapely.intersection(shapely.union_all(found.lines), inner)
    true_union = shapely.union_all(axes.lines)
    near_true = shapely.intersection(found_union, shapely.buffer(true_union, BUFFER_M))
    near_found = shapely.intersection(true_union, shapely.buffer(found_union, BUFFER_M))
    distance_m, width_error_m = _errors(found, axes, inner)
    return RoadScores(
        true_m=true_union.length,
        true_found_m=near_found.length,
        found_m=found_union.length,
        found_true_m=near_true.length,
        distance_m=distance_m,
        width_error_m=width_error_m,
    )


def _clipped(roads: Roads, inner: shapely.Polygon) -> Roads:
    parts, source = shapely.get_parts(shapely.intersection(roads.lines, inner), return_index=True)
    kept = shapely.length(parts) > SHORTEST_M
    return Roads(parts[kept], roads.width_m[source[kept]])


def _errors(found: Roads, axes: Roads, inner: shapely.Polygon) -> tuple[np.ndarray, np.ndarray]:
    """Return distance and error of the width at points of the found lines near an axis."""
    points, widths_m = [np.empty(0, object)], [np.empty(0)]
    for line, width_m in zip(found.lines, found.width_m, strict=True):
        along_m = np.arange(STEP_M / 2, line.length, STEP_M)
        points.append(shapely.line_interpolate_point(line, along_m))
        widths_m.append(np.full(len(along_m), width_m))
    at, width_m = np.concatenate(points), np.concatenate(widths_m)
    is_inside = shapely.contains(inner, at) if len(at) else np.empty(0, bool)
    at, width_m = at[is_inside], width_m[is_inside]
    if not len(at) or not len(axes.lines):
        return np.empty(0), np.empty(0)
    (point, axis), distance_m = shapely.STRtree(axes.lines).query_nearest(
        at, max_distance=BUFFER_M, return_distance=True, all_matches=False
    )
    return distance_m, np.abs(width_m[point] - axes.width_m[axis])
