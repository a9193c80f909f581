# SPDX-License-Identifier: GPL-2.0-or-later
"""The permutohedral lattice: its simplices, and a number for each of its points.

The lattice lies in the plane of R^(d+1) where coordinates sum to zero. The coordinates of a point
are integers and all the same modulo d + 1. A step along an axis adds 1 to all coordinates and takes
d + 1 from that of the axis. A simplex is walked around by one step along each axis, in some order.

    A. Adams, J. Baek, M. A. Davis, Fast High-Dimensional Filtering Using the Permutohedral Lattice,
    Computer Graphics Forum 29(2), 2010.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

MARGIN = 3  # steps from a first corner to the farthest point ever asked for


class Simplices(NamedTuple):
    """The simplex of each pixel.

    Args:
        first: the corner where the walk starts, in units of d + 1; (pixels, d + 1) int64.
        walk: the axes of the steps to the other corners; (pixels, d) int64.
        shares: barycentric coordinates, the first corner's first; (pixels, d + 1).
    """

    first: Tensor
    walk: Tensor
    shares: Tensor


def enclosing_simplices(features: Tensor) -> Simplices:
    """Return the simplices in which features (pixels, d) lie, given in standard deviations."""
    corners = features.shape[1] + 1
    lifted = features @ lifting(features.shape[1]).to(features) / corners  # (pixels, d + 1)
    nearest = lifted.round()
    order = (lifted - nearest).argsort(dim=1, descending=True, stable=True)
    excess = nearest.sum(1, keepdim=True).long()  # the order turns by so many places
    turned = torch.arange(corners, device=features.device) - excess  # (pixels, d + 1)
    order = order.gather(1, turned % corners)
    laps = turned.div(corners, rounding_mode="floor").to(features)
    first = nearest.scatter_add(1, order, laps)  # coordinates sum to zero
    rest = (lifted - first).gather(1, order)  # falling
    shares = (rest[:, :-1] - rest[:, 1:]).flip(1)  # of all corners but the first
    shares = torch.cat([1 - shares.sum(1, keepdim=True), shares], 1)
    return Simplices(first.long(), order[:, 1:].flip(1), shares)


def lifting(dimensions: int) -> Tensor:
    """Return the map (d, d + 1) float64 of features into the plane of the lattice.

    Its scale makes the filter's standard deviation 1, with the blur (1 2 1) / 4 along all axes.
    The last coordinate depends on the last feature alone, the one before on the last two.
    """
    rows = torch.zeros(dimensions, dimensions + 1, dtype=torch.float64)
    for i in range(dimensions):
        rows[i, : i + 1] = 1
        rows[i, i + 1] = -(i + 1)
        rows[i] *= (dimensions + 1) * (2 / 3 / (i + 1) / (i + 2)) ** 0.5
    return rows


class Numbering(NamedTuple):
    """A number for each point of a lattice; the number of a neighbor differs by a constant.

    Args:
        corners: numbers of the corners of each pixel's simplex, (pixels, d + 1) int64.
        steps: what a step along each axis adds, (d + 1,) int64.
    """

    corners: Tensor
    steps: Tensor


def number_points(simplices: Simplices) -> Numbering:
    """Number the points of a lattice.

    What tells points apart is the last coordinate, and of the others, but for the first one, how
    much larger they are, over d + 1. These are the digits of the number, the last coordinate
    leading: if rows are the last feature and columns the one before, then points with close numbers
    are close in the image, and so in memory. Numbers above 2^63 wrap around, which takes colors of
    hundreds of standard deviations and then confuses distant points only.
    """
    dimensions = simplices.walk.shape[1]
    digits = simplices.first - simplices.first[:, -1:]  # (pixels, d + 1)
    spans = (digits.amax(0) - digits.amin(0) + 2 * MARGIN).tolist()
    values = [0]  # of one of each digit; the first coordinate follows from the others
    leading = 1
    for span in spans[1:-1]:
        values.append(leading)
        leading *= span
    steps = [leading - value for value in values] + [sum(values) - dimensions * leading]
    factors = [*values, (dimensions + 1) * leading]
    digits[:, -1] = simplices.first[:, -1]
    start = (digits * _wrapped(factors, digits)).sum(1, keepdim=True)  # (pixels, 1)
    tensor = _wrapped(steps, digits)
    return Numbering(torch.cat([start, tensor[simplices.walk]], 1).cumsum(1), tensor)


def _wrapped(numbers: list[int], like: Tensor) -> Tensor:
    wrapped = [(number + 2**63) % 2**64 - 2**63 for number in numbers]
    return torch.tensor(wrapped, dtype=torch.int64, device=like.device)
