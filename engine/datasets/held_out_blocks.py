# SPDX-License-Identifier: GPL-2.0-or-later
"""Held-out blocks: a few adjacent blocks of a scene that contain every class.

The labeled part of the scene is divided into a lattice of about 8 x 8 blocks. Blocks are added one
by one, first those that bring the most pixels of classes that are still short, then neighbors up to
the wanted fraction of the labels. A margin around the held-out blocks is not trained on, because
pixels of the same roof or tree are alike. The choice is deterministic.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from ..metrics import IGNORED, count_classes
from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

ENOUGH_PX = 100  # of a class in a part; a class is divided if it has twice as many
BLOCKS_PER_EDGE = 8
LATTICES = 3  # each with blocks of half the edge of the one before
LEAST_BLOCK_PX = 64
MULTIPLE_PX = 16  # of the edge of a block of the coarsest lattice
MARGIN_PX = 8  # around held-out blocks
MOST_HELD_OUT = 2.0  # maximum held-out fraction, as a multiple of the wanted one


@dataclass(frozen=True)
class _Lattice:
    """Blocks of a scene.

    Args:
        blocks: (N) windows, row by row.
        places: (N, 2) row and column of each block in the lattice.
        held_out: (N, classes) number of pixels of each class in each block.
        lost: (N, classes) number of pixels of each class in each block and the margin around it.
        total: (classes,) number of pixels of each class in the scene.
    """

    blocks: tuple[Window, ...]
    places: np.ndarray
    held_out: np.ndarray
    lost: np.ndarray
    total: np.ndarray


def missing_px(held_out: np.ndarray, total: np.ndarray, learned: np.ndarray) -> np.ndarray:
    """Return the number of pixels that each class lacks in the part that has fewer of them.

    Args:
        held_out: (..., classes) number of pixels of each class in the held-out part.
        total: (classes,) number of pixels of each class in the scene; a class with less than twice
            `ENOUGH_PX` lacks nothing, because it cannot be in both parts.
        learned: (..., classes) number of pixels of each class in the training part.

    Example:
        >>> missing_px(np.array([30, 0, 500]), np.array([900, 90, 900]), np.array([870, 90, 400]))
        array([70,  0,  0])
    """
    fewer = np.minimum(held_out, learned)
    return np.where(total < 2 * ENOUGH_PX, 0, np.maximum(0, ENOUGH_PX - fewer))


def choose_blocks(truth: np.ndarray, classes: int, fraction: float) -> tuple[Window, ...]:
    """Return the windows to hold out, which do not overlap; empty if a scene is too small.

    The lattice becomes finer as long as that completes more classes.

    Args:
        truth: (H, W) uint8, class indices, `IGNORED` where unknown.
        classes: number of classes.
        fraction: fraction of the labeled pixels to hold out, between 0 and 1.
    """
    area = _labeled_area(truth)
    if area.is_empty:
        return ()
    chosen: tuple[Window, ...] = ()
    fewest = classes + 1
    for edge_px in _edges_px(area):
        lattice = _lattice(truth, classes, area, edge_px)
        numbers = _chosen(lattice, fraction)
        short = int((_missing(lattice, numbers) > 0).sum())
        if numbers and short < fewest:
            chosen, fewest = _merged(lattice, numbers), short
        if not fewest:
            break
    return chosen


def _labeled_area(truth: np.ndarray) -> Window:
    """Return the bounds of the labeled pixels."""
    known = truth != IGNORED
    rows, cols = (np.flatnonzero(known.any(axis)) for axis in (1, 0))
    if not len(rows):
        return Window(0, 0, 0, 0)
    return Window(
        int(rows[0]), int(cols[0]), int(rows[-1] - rows[0]) + 1, int(cols[-1] - cols[0]) + 1
    )


def _edges_px(area: Window) -> list[int]:
    """Return the edges of a block in pixels, from the coarsest lattice to the finest.

    >>> _edges_px(Window(0, 0, 2000, 2500)), _edges_px(Window(0, 0, 96, 160))
    ([288, 144, 72], [64])
    """
    edge_px = sqrt(area.height * area.width) / BLOCKS_PER_EDGE
    coarsest_px = max(LEAST_BLOCK_PX, -(-int(edge_px) // MULTIPLE_PX) * MULTIPLE_PX)
    edges_px = [coarsest_px // 2**halvings for halvings in range(LATTICES)]
    return [each for each in edges_px if each >= LEAST_BLOCK_PX]


def _edges(length: int, edge_px: int) -> list[int]:
    """Return the edges of blocks along an axis; the last block takes what is left over.

    >>> _edges(150, 64), _edges(170, 64), _edges(20, 64)
    ([0, 64, 150], [0, 64, 128, 170], [0, 20])
    """
    return [*range(0, edge_px * max(1, round(length / edge_px)), edge_px), length]


def _lattice(truth: np.ndarray, classes: int, area: Window, edge_px: int) -> _Lattice:
    rows, cols = _edges(area.height, edge_px), _edges(area.width, edge_px)
    blocks, places = [], []
    for row, (top, bottom) in enumerate(pairwise(rows)):
        for col, (left, right) in enumerate(pairwise(cols)):
            block = Window(top, left, bottom - top, right - left)
            blocks.append(block.shift(area.row, area.col))
            places.append((row, col))

    def counts(windows: Sequence[Window]) -> np.ndarray:
        return np.array([count_classes(truth[each.slices], classes) for each in windows])

    held_out = counts(blocks)
    lost = counts([each.grow(MARGIN_PX).clip(*truth.shape) for each in blocks])
    return _Lattice(tuple(blocks), np.array(places), held_out, lost, held_out.sum(0))


def _chosen(lattice: _Lattice, fraction: float) -> list[int]:
    """Return the numbers of the blocks to hold out, first those for classes, then neighbors."""
    chosen: list[int] = []
    while (best := _best_for_classes(lattice, chosen, fraction)) is not None:
        chosen.append(best)
    while (best := _best_neighbor(lattice, chosen, fraction)) is not None:
        chosen.append(best)
    return sorted(chosen)


def _missing(lattice: _Lattice, chosen: Sequence[int]) -> np.ndarray:
    """Return the number of missing pixels of each class, (classes,)."""
    held_out = lattice.held_out[list(chosen)].sum(0)
    # Margins of neighbors overlap, so a class may keep more pixels than this.
    learned = np.maximum(0, lattice.total - lattice.lost[list(chosen)].sum(0))
    return missing_px(held_out, lattice.total, learned)


def _missing_after(lattice: _Lattice, chosen: Sequence[int]) -> np.ndarray:
    """Return the number of pixels missing in all classes, (N,), after each block is added."""
    held_out = lattice.held_out + lattice.held_out[list(chosen)].sum(0)  # (N, classes)
    learned = lattice.total - lattice.lost - lattice.lost[list(chosen)].sum(0)  # (N, classes)
    return missing_px(held_out, lattice.total, np.maximum(0, learned)).sum(1)


def _best_for_classes(lattice: _Lattice, chosen: Sequence[int], fraction: float) -> int | None:
    """Return the block that brings the most missing pixels; None if no block brings any."""
    after = _missing_after(lattice, chosen)
    brings = _is_free(lattice, chosen) & (after < _missing(lattice, chosen).sum())
    brings &= _shares_after(lattice, chosen) <= MOST_HELD_OUT * fraction
    ranks = (_imbalance_after(lattice, chosen, fraction), -_neighbors(lattice, chosen), after)
    return _first(brings, ranks)


def _best_neighbor(lattice: _Lattice, chosen: Sequence[int], fraction: float) -> int | None:
    """Return the block that brings the held-out share nearer to the fraction; None if none does."""
    if not chosen:
        return None
    share = _shares_after(lattice, chosen)
    now = lattice.held_out[list(chosen)].sum() / lattice.total.sum()
    missing = _missing_after(lattice, chosen)
    neighbors = _neighbors(lattice, chosen)
    fits = _is_free(lattice, chosen) & (abs(share - fraction) < abs(now - fraction))
    fits &= (missing <= _missing(lattice, chosen).sum()) & (lattice.held_out.sum(1) > 0)
    imbalance = _imbalance_after(lattice, chosen, fraction)
    return _first(fits, (-neighbors, imbalance, neighbors == 0))


def _is_free(lattice: _Lattice, chosen: Sequence[int]) -> np.ndarray:
    free = np.ones(len(lattice.blocks), bool)
    free[list(chosen)] = False
    return free


def _shares_after(lattice: _Lattice, chosen: Sequence[int]) -> np.ndarray:
    """Return the held-out share of the labels, (N,), after each block is added."""
    held_out = lattice.held_out.sum(1) + lattice.held_out[list(chosen)].sum()
    return held_out / max(1, lattice.total.sum())


def _imbalance_after(lattice: _Lattice, chosen: Sequence[int], fraction: float) -> np.ndarray:
    """Return the mean distance of the classes from the fraction, (N,), after each block is added.

    It has one decimal, so that it does not outweigh adjacency for a few pixels.
    """
    held_out = lattice.held_out + lattice.held_out[list(chosen)].sum(0)
    shares = held_out / np.maximum(1, lattice.total)
    return np.abs(shares - fraction)[:, lattice.total > 0].mean(1).round(1)


def _neighbors(lattice: _Lattice, chosen: Sequence[int]) -> np.ndarray:
    """Return the number of chosen blocks beside each block, (N,)."""
    places = lattice.places
    steps = np.abs(places[:, None] - places[list(chosen)][None]).sum(2)  # (N, chosen)
    return (steps == 1).sum(1)


def _first(allowed: np.ndarray, ranks: tuple[np.ndarray, ...]) -> int | None:
    """Return the first allowed number with the lowest ranks, of which the last counts most."""
    order = np.lexsort((*ranks, ~allowed))
    return int(order[0]) if allowed.any() else None


def _merged(lattice: _Lattice, numbers: Sequence[int]) -> tuple[Window, ...]:
    """Return the chosen blocks, with neighbors of a row, then equal rows, joined to one window."""
    runs: list[Window] = []
    for number in numbers:
        block = lattice.blocks[number]
        last = runs[-1] if runs else None
        if last and last.row == block.row and last.col + last.width == block.col:
            runs[-1] = Window(last.row, last.col, last.height, last.width + block.width)
        else:
            runs.append(block)
    joined: list[Window] = []
    for run in runs:
        for place, above in enumerate(joined):
            if above[1::2] == run[1::2] and above.row + above.height == run.row:
                joined[place] = Window(above.row, run.col, above.height + run.height, run.width)
                break
        else:
            joined.append(run)
    return tuple(joined)
