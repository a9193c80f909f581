# SPDX-License-Identifier: GPL-2.0-or-later
"""Permutohedral lattice: its simplices and a numbering of its points.

The lattice lies in the hyperplane of R^(d+1) whose coordinates sum to zero. The coordinates of a
point are integers that are equal modulo d + 1. A step along an axis adds 1 to all coordinates and
subtracts d + 1 from that of the axis. The corners of a simplex are traversed by one step along each
axis, in some order.

    A. Adams, J. Baek, M. A. Davis, Fast High-Dimensional Filtering Using the Permutohedral Lattice,
    Computer Graphics Forum 29(2), 2010.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

MARGIN = 3  # maximum steps from a first corner to any point that is looked up


class Simplices(NamedTuple):
    """Simplices that enclose the pixels.

    Args:
        first: corners where the traversals start, in units of d + 1, (pixels, d + 1) int64.
        walk: axes of the steps to the other corners, (pixels, d) int64.
        shares: barycentric coordinates, starting with the first corner, (pixels, d + 1).
    """

    first: Tensor
    walk: Tensor
    shares: Tensor


def enclosing_simplices(features: Tensor) -> Simplices:
    """Return the simplices that enclose features (pixels, d) in units of standard deviations."""
    corners = features.shape[1] + 1
    lifted = features @ lifting(features.shape[1]).to(features) / corners  # (pixels, d + 1)
    nearest = lifted.round()
    order = (lifted - nearest).argsort(dim=1, descending=True, stable=True)
    excess = nearest.sum(1, keepdim=True).long()  # number of places by which the order rotates
    turned = torch.arange(corners, device=features.device) - excess  # (pixels, d + 1)
    order = order.gather(1, turned % corners)
    laps = turned.div(corners, rounding_mode="floor").to(features)
    first = nearest.scatter_add(1, order, laps)  # coordinates sum to zero
    rest = (lifted - first).gather(1, order)  # descending
    shares = (rest[:, :-1] - rest[:, 1:]).flip(1)  # all corners but the first
    shares = torch.cat([1 - shares.sum(1, keepdim=True), shares], 1)
    return Simplices(first.long(), order[:, 1:].flip(1), shares)


def lifting(dimensions: int) -> Tensor:
    """Return the matrix (d, d + 1) float64 that maps features to the plane of the lattice.

    It is scaled such that the blur (1 2 1) / 4 along all axes has a standard deviation of 1. The
    last coordinate depends only on the last feature, the one before on the last two.
    """
    rows = torch.zeros(dimensions, dimensions + 1, dtype=torch.float64)
    for i in range(dimensions):
        rows[i, : i + 1] = 1
        rows[i, i + 1] = -(i + 1)
        rows[i] *= (dimensions + 1) * (2 / 3 / (i + 1) / (i + 2)) ** 0.5
    return rows


class Numbering(NamedTuple):
    """Numbers of lattice points; those of neighbors along an axis differ by a constant.

    Args:
        corners: numbers of the corners of each pixel's simplex, (pixels, d + 1) int64.
        steps: increments of the number per step along each axis, (d + 1,) int64.
    """

    corners: Tensor
    steps: Tensor


def number_points(simplices: Simplices) -> Numbering:
    """Number the points of a lattice.

    Points are identified by the last coordinate and by the differences between the others (except
    the first) and it, divided by d + 1. These are the digits of the number, with the last
    coordinate leading: if rows are the last feature and columns the one before, points with close
    numbers are close in the image and thus in memory. Numbers above 2^63 wrap around; this requires
    colors of hundreds of standard deviations and then only merges distant points.
    """
    dimensions = simplices.walk.shape[1]
    digits = simplices.first - simplices.first[:, -1:]  # (pixels, d + 1)
    spans = (digits.amax(0) - digits.amin(0) + 2 * MARGIN).tolist()
    values = [0]  # place values of the digits; the first coordinate follows from the others
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
