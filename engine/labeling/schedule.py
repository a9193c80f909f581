# SPDX-License-Identifier: GPL-2.0-or-later
"""The schedule: how large tiles are, and how many are computed at once.

On a processor, one thread for each tile beats many threads in one tile: threads that share a
layer wait for each other hundreds of times a tile, and on a busy machine that is most of the time.
Beyond four tiles at once memory counts more, and threads go into the tiles.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..tiling.grid import padded_size

CORE_PX = 512  # 1024 would be a tenth faster and take three times the memory, 80 MB for a tile
SMALLEST_CORE_PX = 128
MOST_WORKERS = 4


@dataclass(frozen=True)
class Schedule:
    """How a scene is worked off.

    Args:
        core_px: edge of a tile's core.
        workers: tiles computed at once.
        threads: processor threads for each.
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
            height: rows of the scene in pixels.
            width: columns of the scene in pixels.
            stride_px: coarsest stride of the network.
            tile_size_px: edge of a core as the user wishes, rounded up to the stride; 0: choose.
            threads: processor threads to use; 1 for a graphics card, which is fed by one.
        """
        workers = min(threads, MOST_WORKERS)
        core_px = padded_size(tile_size_px or CORE_PX, stride_px)
        while not tile_size_px and core_px > SMALLEST_CORE_PX:
            if _tiles(height, width, core_px) >= workers:
                break
            core_px = padded_size(core_px // 2, stride_px)
        workers = min(workers, _tiles(height, width, core_px))  # few tiles get all threads
        return cls(core_px, workers, max(1, threads // workers))


def _tiles(height: int, width: int, core_px: int) -> int:
    return max(1, -(-height // core_px) * -(-width // core_px))
