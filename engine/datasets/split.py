# SPDX-License-Identifier: GPL-2.0-or-later
"""Train/validation split of a single scene: one straight cut, or blocks where classes need them.

Scattered validation patches would be surrounded by training pixels of the same roofs and trees,
which overestimates accuracy. The held-out side is the one that leaves the most classes in both
parts; ties go to the right side. Where a side leaves a class without enough pixels in one of the
parts, a few blocks are held out instead if they leave fewer such classes. The split is
deterministic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..metrics import IGNORED, count_classes
from ..tiling.window import Window
from .held_out_blocks import ENOUGH_PX, MARGIN_PX, choose_blocks, missing_px

if TYPE_CHECKING:
    from collections.abc import Sequence

SIDES = ("right", "left", "bottom", "top")
BLOCKS = "blocks"


class Split(NamedTuple):
    """Training and held-out part of a scene, as windows of its grid.

    Args:
        side: side of the held-out part, one of `SIDES`, or `BLOCKS`.
        training: window of the training part; with `BLOCKS` it contains the held-out blocks, whose
            labels `learned` removes.
        held_out: windows for scoring, not used in training; they do not overlap.
    """

    side: str
    training: Window
    held_out: tuple[Window, ...]

    @property
    def bounds(self) -> Window:
        """Smallest window that contains the held-out part."""
        row = min(each.row for each in self.held_out)
        col = min(each.col for each in self.held_out)
        bottom = max(each.row + each.height for each in self.held_out)
        right = max(each.col + each.width for each in self.held_out)
        return Window(row, col, bottom - row, right - col)

    def learned(self, truth: np.ndarray) -> np.ndarray:
        """Return the classes to learn from, (H, W) uint8: none in held-out blocks and around them.

        Args:
            truth: (H, W) uint8, classes of the whole scene, or `IGNORED`; not modified.
        """
        if self.side != BLOCKS:
            return truth
        known = truth.copy()
        for window in self.held_out:
            known[window.grow(MARGIN_PX).clip(*truth.shape).slices] = IGNORED
        return known

    def scored(self, truth: np.ndarray) -> np.ndarray:
        """Return the classes to score, (h, w) uint8, in `bounds`; `IGNORED` outside the windows.

        Args:
            truth: (H, W) uint8, classes of the whole scene, or `IGNORED`.
        """
        bounds = self.bounds
        known = np.full(bounds[2:], IGNORED, np.uint8)
        for window in self.held_out:
            known[window.shift(-bounds.row, -bounds.col).slices] = truth[window.slices]
        return known


def split_scene(truth: np.ndarray, classes: int, fraction: float, least_px: int = 1) -> Split:
    """Return the best of the four cuts, or blocks if more classes are then in both parts.

    Args:
        truth: (H, W) uint8, class indices, `IGNORED` where unknown.
        classes: number of classes.
        fraction: fraction of the scene to hold out, between 0 and 1; with blocks, of its labels.
        least_px: smallest height and width of the training part; if no side fulfills it, the right
            side or blocks are held out.
    """
    counts = count_classes(truth, classes)
    side = _best_side(truth, counts, fraction, least_px)
    short = _short_classes(truth, counts, side)
    if not short:
        return side
    windows = choose_blocks(truth, classes, fraction)
    if not windows:
        return side
    height, width = truth.shape
    blocks = Split(BLOCKS, Window(0, 0, height, width), windows)
    return blocks if _short_classes(truth, counts, blocks) < short else side


def cut_at(height: int, width: int, side: str, fraction: float) -> Split:
    """Return both parts of a scene cut at a side, each at least one row and column wide.

    >>> cut_at(4, 10, "right", 0.3).held_out
    (Window(row=0, col=7, height=4, width=3),)
    >>> cut_at(10, 4, "top", 0.3).training
    Window(row=3, col=0, height=7, width=4)
    """
    length = width if side in ("right", "left") else height
    kept = min(max(1, round(length * (1 - fraction))), max(1, length - 1))
    held = length - kept
    if side == "right":
        return Split(side, Window(0, 0, height, kept), (Window(0, kept, height, held),))
    if side == "left":
        return Split(side, Window(0, held, height, kept), (Window(0, 0, height, held),))
    if side == "bottom":
        return Split(side, Window(0, 0, kept, width), (Window(kept, 0, held, width),))
    return Split(side, Window(held, 0, kept, width), (Window(0, 0, held, width),))


def counts_in(truth: np.ndarray, windows: Sequence[Window], classes: int) -> np.ndarray:
    """Return the number of pixels of each class in some windows, (classes,) int64."""
    counts = [count_classes(truth[window.slices], classes) for window in windows]
    return np.array(counts, np.int64).reshape(-1, classes).sum(0)


def _best_side(truth: np.ndarray, counts: np.ndarray, fraction: float, least_px: int) -> Split:
    """Return the cut that leaves the most classes in both parts."""
    height, width = truth.shape
    cuts = [cut_at(height, width, side, fraction) for side in SIDES]
    fitting = [cut for cut in cuts if min(cut.training[2:]) >= least_px and not cut.bounds.is_empty]

    def merit(split: Split) -> tuple[int, ...]:
        held_out = counts_in(truth, split.held_out, len(counts))
        training = counts - held_out
        return (
            int(((training >= ENOUGH_PX) & (held_out >= ENOUGH_PX)).sum()),
            int(((training > 0) & (held_out > 0)).sum()),
            int((training > 0).sum()),
            int((held_out > 0).sum()),
        )

    return max(fitting or cuts[:1], key=merit)


def _short_classes(truth: np.ndarray, counts: np.ndarray, split: Split) -> int:
    """Return the number of classes that could be in both parts but lack pixels in one of them."""
    held_out = counts_in(truth, split.held_out, len(counts))
    learned = count_classes(split.learned(truth)[split.training.slices], len(counts))
    return int((missing_px(held_out, counts, learned) > 0).sum())
