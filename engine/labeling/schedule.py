# SPDX-License-Identifier: GPL-2.0-or-later
"""Schedule: tile size and number of tiles that are computed at once.

On a CPU, one thread per tile is faster than many threads in one tile: threads that share a layer
wait for each other hundreds of times per tile, which on a busy machine takes most of the time.
Because of memory, at most four tiles are computed at once; more threads are used within tiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..tiling.grid import padded_size

if TYPE_CHECKING:
    from collections.abc import Iterator

CORE_PX = 512  # 1024 is 10 % faster but needs three times the memory, 80 MB per tile
SMALLEST_CORE_PX = 128
MOST_WORKERS = 4


@dataclass(frozen=True)
class Schedule:
    """Tile size and parallelism of a run.

    Args:
        core_px: edge of a tile's core.
        workers: number of tiles computed at once.
        threads: number of CPU threads per tile.
    """

    core_px: int
    workers: int
    threads: int

    @classmethod
    def plan(
        cls, height: int, width: int, *, stride_px: int, tile_size_px: int, threads: int
    ) -> Schedule:
        """Return the schedule of a scene.

        Args:
            height: number of rows of the scene.
            width: number of columns of the scene.
            stride_px: coarsest stride of the network.
            tile_size_px: edge of a core set by the user, rounded up to the stride; 0: automatic.
            threads: number of CPU threads; 1 for a GPU.
        """
        workers = min(threads, MOST_WORKERS)
        core_px = padded_size(tile_size_px or CORE_PX, stride_px)
        while not tile_size_px and core_px > SMALLEST_CORE_PX:
            if _tiles(height, width, core_px) >= workers:
                break
            core_px = padded_size(core_px // 2, stride_px)
        workers = min(workers, _tiles(height, width, core_px))  # few tiles share all threads
        return cls(core_px, workers, max(1, threads // workers))

    def thriftier(self, stride_px: int) -> Iterator[Schedule]:
        """Yield schedules that need less memory: fewer tiles at once, then smaller tiles.

        Args:
            stride_px: coarsest stride of the network.

        Example:
            >>> [(each.core_px, each.workers) for each in Schedule(512, 2, 1).thriftier(16)]
            [(512, 1), (256, 1), (128, 1)]
        """
        threads, workers, core_px = self.workers * self.threads, self.workers, self.core_px
        while workers > 1:
            workers //= 2
            yield Schedule(core_px, workers, threads // workers)
        while core_px > max(SMALLEST_CORE_PX, stride_px):
            core_px = padded_size(core_px // 2, stride_px)
            yield Schedule(core_px, workers, threads)


def _tiles(height: int, width: int, core_px: int) -> int:
    return max(1, -(-height // core_px) * -(-width // core_px))
