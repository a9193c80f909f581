# SPDX-License-Identifier: GPL-2.0-or-later
"""Permutohedral lattice: the Gaussian filter over many dimensions, in time linear in the pixels.

Features lie in simplices of a lattice. Each pixel shares its value out to the corners of its
simplex, values are blurred along the axes of the lattice, and each pixel collects from its corners.
Only corners that some pixel touches exist.

    A. Adams, J. Baek, M. A. Davis, Fast High-Dimensional Filtering Using the Permutohedral Lattice,
    Computer Graphics Forum 29(2), 2010.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


class PermutohedralFilter:
    """Sums over all pixels, weighted by nearly the Gaussian of the distance of their features.

    Args:
        features: (pixels, dimensions), in standard deviations.
    """

    def __init__(self, features: Tensor) -> None:
        first, walk, self.shares = enclosing_simplices(features)
        keys = corner_keys(first, walk)
        self.points, self.corners = torch.unique(keys, return_inverse=True)  # (pixels, d + 1)
        steps = axis_steps(features.shape[1]).to(features.device)
        self.neighbors = [self._neighbors(step) for step in steps]

    def __call__(self, values: Tensor) -> Tensor:
        """Return the sums, (pixels, channels), of values (pixels, channels)."""
        shared = (self.shares[..., None] * values[:, None]).flatten(0, 1)
        grid = values.new_zeros(len(self.points) + 1, values.shape[1])  # the last stands for none
        grid = grid.index_add(0, self.corners.flatten(), shared)
        for before, after in self.neighbors:
            grid = grid + (grid[before] + grid[after]) / 2
        return (self.shares[..., None] * grid[self.corners]).sum(1)

    def _neighbors(self, step: Tensor) -> tuple[Tensor, Tensor]:
        return self._find(self.points - step), self._find(self.points + step)

    def _find(self, keys: Tensor) -> Tensor:
        """Return where keys are among the points; for others, the number of points."""
        places = torch.searchsorted(self.points, keys).clamp_(max=len(self.points) - 1)
        places = torch.where(self.points[places] == keys, places, len(self.points))
        return functional.pad(places, (0, 1), value=len(self.points))


def enclosing_simplices(features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the simplex of the lattice that each feature lies in.

    Args:
        features: (pixels, d), in standard deviations.

    Returns:
        The first corner in units of d + 1, (pixels, d + 1) int64. The axes along which one walks
        from corner to corner, (pixels, d) int64. The shares of the corners, (pixels, d + 1).
    """
    dimensions = features.shape[1]
    lifted = features @ lifting(dimensions).to(features) / (dimensions + 1)  # (pixels, d + 1)
    first = lifted.round()
    rank = (lifted - first).argsort(dim=1, descending=True, stable=True).argsort(1)
    rank = rank + first.sum(1, keepdim=True).long()  # the corners of a simplex sum to zero
    first = first + (rank < 0).to(first) - (rank > dimensions).to(first)
    order = (rank % (dimensions + 1)).argsort(1)
    rest = (lifted - first).gather(1, order)  # falling
    shares = (rest[:, :-1] - rest[:, 1:]).flip(1)  # (pixels, d), of all corners but the first
    shares = torch.cat([1 - shares.sum(1, keepdim=True), shares], 1)
    return first.long(), order[:, 1:].flip(1), shares


def lifting(dimensions: int) -> Tensor:
    """Return the map (d, d + 1) float64 into the plane of the lattice, where coordinates sum to 0.

    It is scaled so that blurring along all axes has a standard deviation of 1.
    """
    rows = torch.zeros(dimensions, dimensions + 1, dtype=torch.float64)
    for i in range(dimensions):
        rows[i, : i + 1] = 1
        rows[i, i + 1] = -(i + 1)
        rows[i] *= (dimensions + 1) * (2 / 3 / (i + 1) / (i + 2)) ** 0.5
    return rows


def multipliers(dimensions: int) -> Tensor:
    """Return (d + 1,) int64: what makes a key of the coordinates of a point, one for each.

    Keys are sums modulo 2^64. Random odd factors make two points of a lattice of ten million share
    one with a chance of three in a million.
    """
    generator = torch.Generator().manual_seed(20110)
    drawn = torch.randint(-(2**63), 2**63 - 1, (dimensions + 1,), generator=generator) | 1
    drawn[-1] = 0  # the last coordinate follows from the others
    return drawn


def axis_steps(dimensions: int) -> Tensor:
    """Return (d + 1,) int64: how the key changes with one step along each axis of the lattice."""
    factors = multipliers(dimensions)
    return factors.sum() - (dimensions + 1) * factors


def corner_keys(first: Tensor, walk: Tensor) -> Tensor:
    """Return the keys of all corners, (pixels, d + 1) int64.

    Args:
        first: the first corner in units of d + 1, (pixels, d + 1) int64.
        walk: axes along which one walks to the other corners, (pixels, d) int64.
    """
    dimensions = walk.shape[1]
    factors = (multipliers(dimensions) * (dimensions + 1)).to(first.device)
    steps = axis_steps(dimensions).to(first.device)[walk]  # (pixels, d)
    start = (first * factors).sum(1, keepdim=True)  # (pixels, 1)
    return torch.cat([start, steps], 1).cumsum(1)
