# SPDX-License-Identifier: GPL-2.0-or-later
"""Permutohedral filter: nearly a Gaussian over many dimensions, in time linear in the pixels.

Each pixel shares its value out to the corners of its simplex, values are blurred along the axes of
the lattice, and each pixel collects from its corners. Only points that some pixel touches exist.
What should pass through a point that does not exist is lost, which is most of the error where
colors are scattered. Bridges, points between two that exist, take half to three quarters of
that error away, for up to three times the points; see the table of `dense`.

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
    """Sums over all pixels, weighted by nearly the Gaussian of the distance of their features.

    It is built once for an image and used for all classes and iterations. Gradients flow into the
    values, not into the features.

    Args:
        features: (pixels, d), in standard deviations.
        bridges: also make the points that lie between two others; two to three times the points.
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
        )  # (points + 1, channels); the last point is the one that does not exist, always zero
        for axis in axes:
            grid = grid.add_(functional.embedding_bag(axis, grid, mode="sum"), alpha=0.5)
        shares = self.shares.to(values)
        return functional.embedding_bag(self.corners, grid, mode="sum", per_sample_weights=shares)

    def _gather(self, corners: Tensor, points: int) -> None:
        """Keep, point by point, which pixels touch it and with what share."""
        order = corners.flatten().argsort(stable=True)
        self.members = (order // corners.shape[1]).int()
        self.members_shares = self.shares.flatten()[order]
        counts = corners.flatten().bincount(minlength=points + 1)
        self.starts = functional.pad(counts.cumsum(0), (1, 0)).int()  # (points + 2,)


class _Sums(torch.autograd.Function):
    """The filter, a product of matrices; transposed, it blurs along the axes in reverse."""

    @staticmethod
    def forward(context: Any, values: Tensor, lattice: PermutohedralFilter) -> Tensor:
        """Return the sums of values."""
        context.lattice = lattice
        return lattice.sums(values.contiguous(), lattice.neighbors)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        """Return the gradient for the values."""
        lattice = context.lattice
        return lattice.sums(gradient.contiguous(), lattice.neighbors[::-1]), None


def neighbors(points: Tensor, step: Tensor) -> Tensor:
    """Return where the two neighbors along an axis are, (points + 1, 2) int32.

    Args:
        points: their numbers, rising.
        step: what one step along the axis adds to a number.

    Neighbors that do not exist, and both of the last, are given as the number of points.
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
    """Return the numbers of the points and of all that are neighbors of at least two, rising.

    A range of numbers after the other, which keeps memory small.
    """
    moves = torch.cat([steps, -steps])
    longest = moves.max()
    bounds = torch.cat([points[:1] - longest, points[POINTS_AT_ONCE::POINTS_AT_ONCE]])
    bounds = torch.cat([bounds, points[-1:] + longest + 1])
    ends = torch.searchsorted(points, bounds[:, None] - moves).tolist()  # of those moved into each
    found = [points]
    for starts, stops in pairwise(ends):
        moved = zip(starts, stops, moves, strict=True)
        around = torch.cat([points[start:stop] + move for start, stop, move in moved])
        bridges, counts = around.unique(return_counts=True)
        found.append(bridges[counts > 1])
    return torch.cat(found).unique()
