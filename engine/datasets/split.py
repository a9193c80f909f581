# SPDX-License-Identifier: GPL-2.0-or-later
"""Train/validation split of a single scene by one straight cut.

Scattered validation patches would be surrounded by training pixels of the same roofs and trees,
which overestimates accuracy. The held-out side is the one that leaves the most classes in both
parts; ties go to the right side. The split is deterministic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..metrics import count_classes
from ..tiling.window import Window

if TYPE_CHECKING:
    import numpy as np

SIDES = ("right", "left", "bottom", "top")
ENOUGH_PX = 100  # of a class in a part; sides with more such classes are preferred


class Split(NamedTuple):
    """Training and held-out part of a scene, as windows of its grid.

    Args:
        side: side of the held-out part, one of `SIDES`.
        training: window of the training part.
        held_out: window of the part for scoring, not used in training.
    """

    side: str
    training: Window
    held_out: Window


def split_scene(truth: np.ndarray, classes: int, fraction: float, least_px: int = 1) -> Split:
    """Return the best of the four cuts.

    Args:
        truth: (H, W) uint8, class indices, `IGNORED` where unknown.
        classes: number of classes.
        fraction: fraction of the scene to hold out, between 0 and 1.
        least_px: smallest height and width of the training part; if no side fulfills it, the right
            side is held out.
    """
    counts = count_classes(truth, classes)
    height, width = truth.shape
    cuts = [cut_at(height, width, side, fraction) for side in SIDES]
    fitting = [
        cut for cut in cuts if min(cut.training[2:]) >= least_px and not cut.held_out.is_empty
    ]

    def merit(split: Split) -> tuple[int, ...]:
        held_out = count_classes(truth[split.held_out.slices], classes)
        training = counts - held_out
        return (
            int(((training >= ENOUGH_PX) & (held_out >= ENOUGH_PX)).sum()),
            int(((training > 0) & (held_out > 0)).sum()),
            int((training > 0).sum()),
            int((held_out > 0).sum()),
        )

    return max(fitting or cuts[:1], key=merit)


def cut_at(height: int, width: int, side: str, fraction: float) -> Split:
    """Return both parts of a scene cut at a side, each at least one row and column wide.

    >>> cut_at(4, 10, "right", 0.3).held_out
    Window(row=0, col=7, height=4, width=3)
    >>> cut_at(10, 4, "top", 0.3).training
    Window(row=3, col=0, height=7, width=4)
    """
    length = width if side in ("right", "left") else height
    kept = min(max(1, round(length * (1 - fraction))), max(1, length - 1))
    held = length - kept
    if side == "right":
        return Split(side, Window(0, 0, height, kept), Window(0, kept, height, held))
    if side == "left":
        return Split(side, Window(0, held, height, kept), Window(0, 0, height, held))
    if side == "bottom":
        return Split(side, Window(0, 0, kept, width), Window(kept, 0, held, width))
    return Split(side, Window(held, 0, kept, width), Window(0, 0, held, width))
