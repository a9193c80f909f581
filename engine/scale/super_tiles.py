# SPDX-License-Identifier: GPL-2.0-or-later
"""Super-tiles: parts of a label job, each a block of tiles of the run in one process.

A part depends only on the scene and the model, never on the number of workers, so parts of an
interrupted run fit any later one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_CORES = 8  # along an edge: with cores of 512 px, 17 Mpx and half a minute of one thread
FEWEST_PARTS = 16  # of a small scene, so that several workers share it evenly


class Part(NamedTuple):
    """A super-tile.

    Args:
        number: number of the part, from 0, row by row.
        window: window of the scene at the resolution at which it is labeled, on edges of tiles.
        place: window of the output that gets its labels.
    """

    number: int
    window: Window
    place: Window


def plan_parts(
    wanted: Window,
    stride_px: int,
    core_px: int,
    owned: Callable[[Window], Window],
) -> Iterator[Part]:
    """Yield the parts of a job, row by row; together they cover the output once.

    Args:
        wanted: window of the scene to label, at the resolution at which it is labeled.
        stride_px: coarsest stride of the network.
        core_px: edge of the cores of the tiles.
        owned: function from a window of the scene to the window of the output that gets its
            labels, which may be empty.

    Example:
        >>> parts = plan_parts(Window(0, 0, 100, 200), 10, 50, lambda window: window)
        >>> [part.window for part in parts][:2]
        [Window(row=0, col=0, height=50, width=50), Window(row=0, col=50, height=50, width=50)]
    """
    covered = wanted.align(stride_px)
    edge_px = core_px * _cores_per_edge(covered, core_px)
    number = 0
    for row in range(covered.row, covered.row + covered.height, edge_px):
        for col in range(covered.col, covered.col + covered.width, edge_px):
            window = Window(row, col, edge_px, edge_px).intersect(covered)
            place = owned(window)
            if not place.is_empty:
                yield Part(number, window, place)
                number += 1


def _cores_per_edge(covered: Window, core_px: int) -> int:
    cores = -(-covered.height // core_px) * -(-covered.width // core_px)
    return max(1, min(MOST_CORES, int((cores / FEWEST_PARTS) ** 0.5)))
