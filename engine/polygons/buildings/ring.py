# SPDX-License-Identifier: GPL-2.0-or-later
"""A closed outline prepared for fitting: samples, candidates for corners, prefix moments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .moments import Moments
from .samples import Samples, sample_ring, simplified_ring

if TYPE_CHECKING:
    from .patch import BuildingPatch

CANDIDATES_M, CANDIDATES_PX = 0.12, 0.75  # tolerance of the candidates for corners
COARSE_M, COARSE_PX = 0.25, 1.2  # tolerance of the outline that shows the directions


class Ring(NamedTuple):
    """A closed outline prepared for fitting.

    Args:
        samples: samples of the pixel outline, n of them.
        candidates: ascending numbers of samples where an edge may begin, (m,).
        coarse_m: simplified outline, closed, (k, 2) in meters.
        moments: prefix moments of the samples.
    """

    samples: Samples
    candidates: np.ndarray
    coarse_m: np.ndarray
    moments: Moments

    @property
    def farthest(self) -> int:
        """Number of the candidate sample that is farthest from the center: surely a corner."""
        away = self.samples.points_m[self.candidates] - self.moments.center_m
        return int(self.candidates[(away**2).sum(axis=1).argmax()])

    def places_from(self, start: int) -> np.ndarray:
        """Return the samples where an edge may begin, once round from a sample to itself.

        Numbers go on beyond n after the last sample.
        """
        count = len(self.samples.points_m)
        after = self.candidates[self.candidates > start]
        before = self.candidates[self.candidates < start]
        return np.concatenate(([start], after, before + count, [start + count]))


def prepare_ring(corners: np.ndarray, patch: BuildingPatch, tree_weight: float) -> Ring:
    """Return a pixel outline prepared for fitting.

    Args:
        corners: corners in the patch's pixel space, closed, (k, 2) x and y.
        patch: patch that the outline belongs to.
        tree_weight: weight of samples beside trees.
    """
    samples, gsd_m = sample_ring(corners, patch), patch.gsd_m
    candidates = simplified_ring(samples, max(CANDIDATES_M, CANDIDATES_PX * gsd_m))
    if samples.is_beyond.any():
        # The outline turns where the data ends, however flat the angle.
        ends = np.flatnonzero(samples.is_beyond != np.roll(samples.is_beyond, 1))
        candidates = np.union1d(candidates, ends)
    coarse = simplified_ring(samples, max(COARSE_M, COARSE_PX * gsd_m))
    return Ring(
        samples,
        candidates,
        samples.points_m[np.append(coarse, coarse[0])],
        Moments.of(samples, tree_weight),
    )
