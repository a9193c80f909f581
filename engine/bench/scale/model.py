# SPDX-License-Identifier: GPL-2.0-or-later
"""Model of a run in parts: its duration by size and number of workers.

    T(n, W) = o + r n (l + g + u) / W + t q + n (j + s)

n are the pixels, W the workers, o the seconds to open the scene, l those to label a pixel, halos
and reading included, g those of the ground, u those of buildings and cars, q those of the scheduler
for a task, t the number of tasks (super-tiles, and blocks of buildings and cars), j the seconds to
join a pixel and s those for the other outlines. r >= 1 is the share of idle workers in the last
round. Joining, the roads and the ground are done once, in one process.

Assumptions: workers are alike and as fast as the measured one; the disk that they share reads as
fast for W of them as for one; no part fails.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...polygons.object_regions import BLOCK_PX

CORES_PX = 4096  # edge of a super-tile of a large scene


@dataclass(frozen=True)
class Costs:
    """Measured costs of a run.

    Args:
        open_s: seconds to open the scene and measure band ranges.
        label_s_per_mpx: seconds of one worker to label a million pixels.
        ground_s_per_mpx: seconds of one worker to estimate the ground of a million pixels.
        task_s: seconds of the scheduler for a task.
        join_s_per_mpx: seconds to join a million pixels.
        outline_s_per_mpx: seconds of one worker for buildings and cars of a million pixels.
        trace_s_per_mpx: seconds for the other outlines of a million pixels.
    """

    open_s: float
    label_s_per_mpx: float
    ground_s_per_mpx: float
    task_s: float
    join_s_per_mpx: float
    outline_s_per_mpx: float
    trace_s_per_mpx: float

    def seconds(self, mpx: float, workers: int, *, is_traced: bool = True) -> float:
        """Return the duration of a run.

        Args:
            mpx: size of the scene in millions of pixels.
            workers: number of workers.
            is_traced: whether polygons are drawn.
        """
        tasks = max(1, round(mpx * 1e6 / CORES_PX**2))
        rounds = -(-tasks // workers)
        part_mpx = mpx / tasks
        work_s_per_mpx = self.label_s_per_mpx + self.ground_s_per_mpx
        if is_traced:
            work_s_per_mpx += self.outline_s_per_mpx
        shared_s = rounds * part_mpx * work_s_per_mpx
        serial_s = mpx * (self.join_s_per_mpx + self.trace_s_per_mpx * is_traced)
        if is_traced:
            tasks += round(mpx * 1e6 / BLOCK_PX**2)
        return self.open_s + shared_s + tasks * self.task_s + serial_s

    def efficiency(self, mpx: float, workers: int, *, is_traced: bool = True) -> float:
        """Return the speedup over one worker, divided by the number of workers."""
        one_s = self.seconds(mpx, 1, is_traced=is_traced)
        return one_s / workers / self.seconds(mpx, workers, is_traced=is_traced)
