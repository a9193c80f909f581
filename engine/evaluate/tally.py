# SPDX-License-Identifier: GPL-2.0-or-later
"""The tally: everything that is counted over a whole set of scenes, fed one scene after another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..metrics import (
    IGNORED,
    Confusion,
    ObjectCounts,
    ResolutionBounds,
    TrimapCurve,
    erode_truth,
)
from ..metrics.eroded import ISPRS_RADIUS_PX
from .blocks import blocks
from .components import count_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..protocol import Legend

OBJECTS = ("building", "car")


@dataclass(frozen=True)
class SceneCounts:
    """What one scene came to: confusion of all pixels, and of those away from borders."""

    full: Confusion
    eroded: Confusion


class Tally:
    """Fed with truth and labels, holds every count.

    Args:
        legend: the classes; truth and labels are indices in it.
        ignored: index of a class that nobody is asked to find, or None.
        trimap_px: how far the trimap curve reaches; 0: there is none.
    """

    def __init__(self, legend: Legend, ignored: int | None, trimap_px: int) -> None:
        every = range(len(legend))
        asked = [index for index in every if index != ignored]
        self.legend, self.ignored, self.asked = legend, ignored, tuple(asked)
        self.full, self.eroded = Confusion(every), Confusion(every)
        self.trimap = TrimapCurve(asked, trimap_px) if trimap_px else None
        self.bounds = ResolutionBounds(asked)
        self.objects = {name: ObjectCounts() for name in OBJECTS if legend.has(name)}

    def feed(
        self,
        truth: np.ndarray,
        labels: np.ndarray,
        eroded: np.ndarray | None,
        minimum_px: Mapping[str, float],
        raise_if_canceled: Callable[[], None] = lambda: None,
    ) -> SceneCounts:
        """Count a scene and return what it alone came to.

        Args:
            truth: (H, W) uint8 indices, `IGNORED` where unknown.
            labels: (H, W) uint8 indices; anything else is no class.
            eroded: (H, W) uint8 truth without borders; None: it is made here.
            minimum_px: pixels that an object must have, by class name.
            raise_if_canceled: called between pieces of work; raises to stop.
        """
        counts = SceneCounts(Confusion(self.full.codes), Confusion(self.full.codes))
        asked = truth if self.ignored is None else _without(truth, self.ignored)
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
            self.bounds.feed(asked[block.slices])
            if self.trimap is not None:
                self.trimap.feed(asked[around.slices], labels[around.slices], inside)
        for name in self.objects:
            raise_if_canceled()
            index = self.legend.codes.index(self.legend.named(name).code)
            self.objects[name] += count_objects(asked, labels, index, minimum_px[name])
        return counts


def _without(truth: np.ndarray, ignored: int) -> np.ndarray:
    return np.where(truth == ignored, np.uint8(IGNORED), truth)
