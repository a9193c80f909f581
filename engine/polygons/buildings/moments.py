# SPDX-License-Identifier: GPL-2.0-or-later
"""Prefix sums of the moments of samples: any stretch of an outline is fitted in constant time.

The moments of a stretch are, in columns, its weight, its weighted sums of x, y, x², xy and y²,
and the length of it that is not beside the end of the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .samples import Samples

WEIGHT, MEAN_X, MEAN_Y, XX, XY, YY, WITHIN = range(7)
NO_WEIGHT = 1e-9


class Moments(NamedTuple):
    """Prefix sums over the samples of an outline.

    Args:
        prefix: moments of the first i samples, (n + 1, 7) float64, about `center_m`.
        center_m: mean of the samples, (2,), which keeps the sums small.
    """

    prefix: np.ndarray
    center_m: np.ndarray

    @classmethod
    def of(cls, samples: Samples, tree_weight: float) -> Moments:
        """Return the moments of samples, those beside trees with less weight."""
        center_m = samples.points_m.mean(axis=0)
        x, y = (samples.points_m - center_m).T
        weight = samples.lengths_m * np.where(samples.is_hidden, tree_weight, 1.0) + NO_WEIGHT
        columns = (1, x, y, x * x, x * y, y * y)
        prefix = np.zeros((len(x) + 1, 7))
        for number, column in enumerate(columns):
            np.cumsum(weight * column, out=prefix[1:, number])
        np.cumsum(np.where(samples.is_beyond, 0, samples.lengths_m), out=prefix[1:, WITHIN])
        return cls(prefix, center_m)

    def until(self, places: np.ndarray) -> np.ndarray:
        """Return the moments of the samples before each place, which may go round twice."""
        count = len(self.prefix) - 1
        rounds, place = np.divmod(places, count)
        return self.prefix[place] + rounds[..., None] * self.prefix[-1]

    def between(self, first: np.ndarray, beyond: np.ndarray) -> np.ndarray:
        """Return the moments of the stretches from `first` until before `beyond`, (..., 7)."""
        return self.until(beyond) - self.until(first)


def mean_and_scatter(moments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return means (..., 2) and central second moments xx, xy and yy (..., 3) of stretches."""
    weight = np.maximum(moments[..., WEIGHT], NO_WEIGHT)
    x, y = moments[..., MEAN_X] / weight, moments[..., MEAN_Y] / weight
    scatter = moments[..., XX : YY + 1].copy()
    scatter[..., 0] -= moments[..., MEAN_X] * x
    scatter[..., 1] -= moments[..., MEAN_X] * y
    scatter[..., 2] -= moments[..., MEAN_Y] * y
    return np.stack((x, y), axis=-1), scatter


def squared_distances(angles_deg: np.ndarray) -> np.ndarray:
    """Return the factors of a scatter whose sum is the squared distance from a line, (..., 3).

    Args:
        angles_deg: directions of the lines, (...).
    """
    sine, cosine = np.sin(np.radians(angles_deg)), np.cos(np.radians(angles_deg))
    return np.stack((sine**2, -2 * sine * cosine, cosine**2), axis=-1)


def least_squared_distance(scatter: np.ndarray) -> np.ndarray:
    """Return the squared distance from the best line of any direction, (...)."""
    xx, xy, yy = scatter[..., 0], scatter[..., 1], scatter[..., 2]
    return np.maximum((xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy**2), 0)


def best_angle_deg(scatter: np.ndarray) -> np.ndarray:
    """Return the direction of the best line of any direction, (...)."""
    xx, xy, yy = scatter[..., 0], scatter[..., 1], scatter[..., 2]
    return np.degrees(0.5 * np.arctan2(2 * xy, xx - yy))
