# SPDX-License-Identifier: GPL-2.0-or-later
"""What two networks see in windows spread over the scenes, where nothing needs to be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import nn

    from ..tuning import TuningScene
    from .task import FinetuneTask

WINDOW_PX = 320
MOST_WINDOWS = 6  # over all scenes


def sampled_windows(
    scenes: Sequence[TuningScene], most: int = MOST_WINDOWS
) -> list[tuple[int, Window]]:
    """Return windows spread evenly over scenes, as pairs of the index of a scene and a window.

    Args:
        scenes: scenes of the job.
        most: largest number of windows.
    """
    each = max(1, most // len(scenes))
    return [
        (at, window)
        for at, scene in enumerate(scenes[:most])
        for window in _spread(scene.height, scene.width, each)
    ]


def changed_classes(task: FinetuneTask, before: nn.Module, after: nn.Module) -> np.ndarray:
    """Return the pixels (classes, classes) int64 by their class before, in rows, and after.

    Args:
        task: task of the run.
        before: network to start from.
        after: new network.
    """
    classes, windows = len(task.card.legend), sampled_windows(task.scenes)
    counts = np.zeros((classes, classes), np.int64)
    for old, new in zip(task.codes(before, windows), task.codes(after, windows), strict=True):
        has_values = old > 0
        pairs = (old[has_values].astype(np.int64) - 1) * classes + new[has_values] - 1
        counts += np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
    return counts


def _spread(height: int, width: int, count: int) -> Iterator[Window]:
    """Yield windows that do not overlap, on a lattice, as far apart as can be."""
    rows, cols = max(1, height // WINDOW_PX), max(1, width // WINDOW_PX)
    chosen = np.linspace(0, rows * cols - 1, min(count, rows * cols)).round().astype(int)
    for at in dict.fromkeys(chosen.tolist()):
        row, col = divmod(at, cols)
        if row % 2:  # alternating, so that windows do not line up in columns
            col = cols - 1 - col
        top, left = row * WINDOW_PX, col * WINDOW_PX
        yield Window(top, left, WINDOW_PX, WINDOW_PX).clip(height, width)
