# SPDX-License-Identifier: GPL-2.0-or-later
"""Split of a scene into the training part and the held-out part of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..datasets.split import split_scene
from ..protocol import ISPRS
from .candidates import card_for, is_architecture
from .training import patch_px_of

if TYPE_CHECKING:
    import numpy as np

    from ..datasets.split import Split
    from ..protocol import CompareJob, Extent
    from ..raster.grid import RasterGrid
    from ..tiling.window import Window


def split_for(job: CompareJob, truth: np.ndarray, grid: RasterGrid) -> Split:
    """Return the split of a scene; a side is cut so that patches fit into the rest if possible."""
    edges_px = [
        patch_px_of(card_for(name, job, grid.gsd_m), job)
        for name in filter(is_architecture, job.architectures)
    ]
    return split_scene(truth, len(ISPRS), job.test_fraction, max(edges_px, default=1))


def extent_of(grid: RasterGrid, window: Window) -> Extent:
    """Return the bounds of a window in the CRS of the grid; on a rotated grid they are larger."""
    part = grid.sub(window)
    corners = [part.transform @ (col, row) for col in (0, part.width) for row in (0, part.height)]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
