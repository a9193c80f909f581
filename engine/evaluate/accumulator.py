# SPDX-License-Identifier: GPL-2.0-or-later
"""Metric accumulator: all counts of an evaluation, accumulated scene by scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from skimage.measure import label

from ..metrics import (
    IGNORED,
    Confusion,
    ObjectCounts,
    ResolutionBounds,
    TrimapCurve,
    erode_truth,
    match_objects,
)
from ..metrics.eroded import ISPRS_RADIUS_PX
from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..protocol import Legend

OBJECTS = ("building", "car")
BLOCK_PX = 1024  # a multiple of every factor of the resolution bounds


@dataclass(frozen=True)
class SceneCounts:
    """Confusion matrices of a scene: of all pixels, and of those away from class borders."""

    full: Confusion
    eroded: Confusion


class MetricAccumulator:
    """Accumulator of all counts over pairs of ground truth and labels.

    Args:
        legend: legend in which truth and labels are indices.
        ignored: index of the class that is ignored in scoring, or None.
        trimap_px: largest width of the trimap band in pixels; 0: no trimap curve.
    """

    def __init__(self, legend: Legend, ignored: int | None, trimap_px: int) -> None:
        every = range(len(legend))
        scored = [index for index in every if index != ignored]
        self.legend, self.ignored, self.scored = legend, ignored, tuple(scored)
        self.full, self.eroded = Confusion(every), Confusion(every)
        self.trimap = TrimapCurve(scored, trimap_px) if trimap_px else None
        self.bounds = ResolutionBounds(scored)
        self.objects = {name: ObjectCounts() for name in OBJECTS if legend.has(name)}

    def feed(
        self,
        truth: np.ndarray,
        labels: np.ndarray,
        eroded: np.ndarray | None,
        minimum_px: Mapping[str, float],
        raise_if_canceled: Callable[[], None] = lambda: None,
    ) -> SceneCounts:
        """Add a scene and return its confusion matrices.

        Args:
            truth: (H, W) uint8 class indices, `IGNORED` where unknown.
            labels: (H, W) uint8 class indices; other values are no class.
            eroded: (H, W) uint8 truth without class borders; None: computed from `truth`.
            minimum_px: smallest size of an object in pixels, by class name.
            raise_if_canceled: callback between blocks; raises to stop.
        """
        counts = SceneCounts(Confusion(self.full.codes), Confusion(self.full.codes))
        scored = truth if self.ignored is None else _without(truth, self.ignored)
        reach_px = max(ISPRS_RADIUS_PX, self.trimap.reach_px if self.trimap else 0)
        height, width = truth.shape
        for block, around in blocks(height, width, reach_px):
            raise_if_canceled()
            inside = block.shift(-around.row, -around.col).slices
            away = (
                erode_truth(truth[around.slices])[inside]
                if eroded is None
                else eroded[block.slices]
            )
            for confusion in (counts.full, self.full):
                confusion.feed(truth[block.slices], labels[block.slices])
            for confusion in (counts.eroded, self.eroded):
                confusion.feed(away, labels[block.slices])
            self.bounds.feed(scored[block.slices])
            if self.trimap is not None:
                self.trimap.feed(scored[around.slices], labels[around.slices], inside)
        for name in self.objects:
            raise_if_canceled()
            index = self.legend.codes.index(self.legend.named(name).code)
            self.objects[name] += count_objects(scored, labels, index, minimum_px[name])
        return counts


def _without(truth: np.ndarray, ignored: int) -> np.ndarray:
    return np.where(truth == ignored, np.uint8(IGNORED), truth)


def blocks(height: int, width: int, reach_px: int) -> Iterator[tuple[Window, Window]]:
    """Yield blocks of a scene and their windows with a margin of `reach_px`, clipped to the scene.

    >>> next(blocks(3000, 10, 80))
    (Window(row=0, col=0, height=1024, width=10), Window(row=0, col=0, height=1104, width=10))
    """
    for row in range(0, height, BLOCK_PX):
        for col in range(0, width, BLOCK_PX):
            block = Window(row, col, BLOCK_PX, BLOCK_PX).clip(height, width)
            yield block, block.grow(reach_px).intersect(Window(0, 0, height, width))


def count_objects(
    truth: np.ndarray, labels: np.ndarray, class_index: int, minimum_px: float
) -> ObjectCounts:
    """Return how many objects of a class are found.

    Args:
        truth: (H, W) uint8 class indices, `IGNORED` where unknown; objects are not counted there.
        labels: (H, W) uint8 class indices.
        class_index: class of the objects.
        minimum_px: size below which objects do not count, in truth and labels.
    """
    return match_objects(
        _objects(truth == class_index, minimum_px),
        _objects((labels == class_index) & (truth != IGNORED), minimum_px),
    )


def _objects(is_class: np.ndarray, minimum_px: float) -> np.ndarray:
    """Return the number of the object each pixel belongs to, (H, W) int32, 0 for none."""
    numbers = label(is_class, connectivity=1)  # pixels that share an edge
    is_small = np.bincount(numbers.ravel()) < minimum_px
    numbers[is_small[numbers]] = 0
    return numbers
