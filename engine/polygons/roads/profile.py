# SPDX-License-Identifier: GPL-2.0-or-later
"""Profile of an edge: position, direction and radius at regular steps along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from .network import Edge

STEP_M = 1.0


@dataclass(frozen=True)
class Profile:
    """Samples along an edge, about 1 m apart, the ends included.

    Args:
        along_m: distance from the start, (n,) float64, n >= 2.
        xy: smoothed positions in meters with the edge's own ends, (n, 2) float64.
        radii_m: distance to the border of the sealed ground, (n,) float64.
    """

    along_m: np.ndarray
    xy: np.ndarray
    radii_m: np.ndarray

    @property
    def step_m(self) -> float:
        """Distance between two samples."""
        return float(self.along_m[1])

    @property
    def headings(self) -> np.ndarray:
        """Direction of each step in radians without jumps, (n - 1,) float64."""
        east, south = np.diff(self.xy, axis=0).T
        return np.unwrap(np.arctan2(south, east))


def profile_of(edge: Edge, smoothing_m: float) -> Profile:
    """Return the profile of an edge, smoothed by a standard deviation in meters."""
    samples = max(2, round(edge.length_m / STEP_M) + 1)
    along = np.linspace(0, edge.length_m, samples)
    xy = np.column_stack([np.interp(along, edge.along_m, values) for values in edge.xy.T])
    radii = np.interp(along, edge.along_m, edge.radii_m)
    if samples > 2 and edge.length_m > 0:
        xy = _smoothed(xy, smoothing_m / along[1])
    return Profile(along, xy, radii)


def _smoothed(xy: np.ndarray, deviation: float) -> np.ndarray:
    """Return positions smoothed by a Gaussian with fixed ends.

    Beyond an end the line is continued by its point reflection, so an end attracts nothing.
    """
    reach = min(len(xy) - 1, int(3 * deviation))
    before, after = 2 * xy[0] - xy[reach:0:-1], 2 * xy[-1] - xy[-2 : -reach - 2 : -1]
    padded = np.concatenate((before, xy, after))
    smooth = ndimage.gaussian_filter1d(padded, deviation, axis=0, mode="nearest")
    smooth = smooth[reach : reach + len(xy)]
    smooth[0], smooth[-1] = xy[0], xy[-1]
    return smooth
