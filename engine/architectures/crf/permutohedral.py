# SPDX-License-Identifier: GPL-2.0-or-later
"""Permutohedral filter: approximate high-dimensional Gaussian filtering in linear time.

The value of each pixel is splatted to the corners of its simplex, values are blurred along the axes
of the lattice, and the result of each pixel is sliced from its corners. Only lattice points that
belong to the simplex of a pixel exist. Values that would be blurred through other points are lost,
which is most of the error if colors are scattered. Bridges, points between two existing ones,
remove half to three quarters of that error, for up to three times the points; see the table of
`dense`.

    A. Adams, J. Baek, M. A. Davis, Fast High-Dimensional Filtering Using the Permutohedral Lattice,
    Computer Graphics Forum 29(2), 2010.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional

from .lattice import enclosing_simplices, number_points

if TYPE_CHECKING:
    from collections.abc import Sequence

POINTS_AT_ONCE = 1 << 18


class PermutohedralFilter:
    """Sums over all pixels, weighted by approximately the Gaussian of the feature distance.

    It is built once per image and used for all classes and iterations. Values are differentiable,
    features are not.

    Args:
        features: features in units of standard deviations, (pixels, d).
        bridges: whether to add the points between two others; two to three times the points.
    """

    def __init__(self, features: Tensor, *, bridges: bool = False) -> None:
        simplices = enclosing_simplices(features)
        numbers, steps = number_points(simplices)
        points, corners = torch.unique(numbers, return_inverse=True)  # (points,), (pixels, d + 1)
        if bridges:
            bridged = with_bridges(points, steps)
            corners = torch.searchsorted(bridged, points)[corners]
            points = bridged
        self.shares = simplices.shares
        self.corners = corners.int()
        self._gather(corners, len(points))
        self.neighbors = [neighbors(points, step) for step in steps]

    def __call__(self, values: Tensor) -> Tensor:
        """Return the sums, (pixels, channels), of values (pixels, channels)."""
        sums: Tensor = _Sums.apply(values, self)
        return sums

    def sums(self, values: Tensor, axes: Sequence[Tensor]) -> Tensor:
        """Return the sums, blurred along the axes in the order given."""
        grid = functional.embedding_bag(
            self.members,
            values,
            self.starts,
            mode="sum",
            per_sample_weights=self.members_shares.to(values),
            include_last_offset=True,
        )  # (points + 1, channels); the last stands for missing points and is always zero
        for axis in axes:
            grid = grid.add_(functional.embedding_bag(axis, grid, mode="sum"), alpha=0.5)
        shares = self.shares.to(values)
        return functional.embedding_bag(self.corners, grid, mode="sum", per_sample_weights=shares)

    def _gather(self, corners: Tensor, points: int) -> None:
        """Store the pixels that contribute to each point, and their weights."""
        order = corners.flatten().argsort(stable=True)
        self.members = (order // corners.shape[1]).int()
        self.members_shares = self.shares.flatten()[order]
        counts = corners.flatten().bincount(minlength=points + 1)
        self.starts = functional.pad(counts.cumsum(0), (1, 0)).int()  # (points + 2,)


class _Sums(torch.autograd.Function):
    """Differentiable filter: it is linear, and its transpose blurs along the axes in reverse."""

    @staticmethod
    def forward(context: Any, values: Tensor, lattice: PermutohedralFilter) -> Tensor:
        """Return the weighted sums of values."""
        context.lattice = lattice
        return lattice.sums(values.contiguous(), lattice.neighbors)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Return the gradient with respect to the values."""
        lattice = context.lattice
        return lattice.sums(gradient.contiguous(), lattice.neighbors[::-1]), None


def neighbors(points: Tensor, step: Tensor) -> Tensor:
    """Return the indices of the two neighbors along an axis, (points + 1, 2) int32.

    The index of missing neighbors, and of both neighbors of the last row, is the number of points.

    Args:
        points: numbers of the points, ascending.
        step: increment of the number per step along the axis.
    """
    count, target = len(points), points + step
    places = torch.searchsorted(points, target, out_int32=True).clamp_(max=count - 1)
    places[points.index_select(0, places) != target] = count
    after = functional.pad(places, (0, 1), value=count)
    before = torch.full_like(after, count)
    before[after.long()] = torch.arange(count + 1, dtype=torch.int32, device=points.device)
    before[-1] = count
    return torch.stack([before, after], 1)


def with_bridges(points: Tensor, steps: Tensor) -> Tensor:
    """Return the ascending numbers of the points and of all neighbors of at least two points.

    Ranges of numbers are processed one by one to limit memory.
    """
    moves = torch.cat([steps, -steps])
    longest = moves.max()
    bounds = torch.cat([points[:1] - longest, points[POINTS_AT_ONCE::POINTS_AT_ONCE]])
    bounds = torch.cat([bounds, points[-1:] + longest + 1])
    # Slices of the points that each move shifts into each range
    ends = torch.searchsorted(points, bounds[:, None] - moves).tolist()
    found = [points]
    for starts, stops in pairwise(ends):
        moved = zip(starts, stops, moves, strict=True)
        around = torch.cat([points[start:stop] + move for start, stop, move in moved])
        bridges, counts = around.unique(return_counts=True)
        found.append(bridges[counts > 1])
    return torch.cat(found).unique()
