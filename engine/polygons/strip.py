# SPDX-License-Identifier: GPL-2.0-or-later
"""Strips: rows of a raster with one row of overlap to the strip above.

The overlap of one row is enough: it determines which component of the strip continues which
unfinished one, and every line between two rows lies in exactly one strip.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .runs import Runs, connected_components, find_runs


class Seam(NamedTuple):
    """The lowest row of a strip.

    Args:
        codes: class codes, (w + 2,) uint8, with a 0 at either end.
        component: unfinished component of each pixel, from 0, (w + 2,) int64; -1 where the code
            is 0.
        components: number of unfinished components.
    """

    codes: np.ndarray
    component: np.ndarray
    components: int


class Strip(NamedTuple):
    """Rows with their connected components.

    Args:
        codes: class codes, (h + 1, w + 2) uint8; the first row is the last of the strip above,
            and each row has a 0 at either end.
        runs: runs of `codes`.
        component: component of each run, (r,) int64.
        continues: component that continues each unfinished one from above, (k,) int64.
        components: number of components.
    """

    codes: np.ndarray
    runs: Runs
    component: np.ndarray
    continues: np.ndarray
    components: int

    @property
    def code_of_component(self) -> np.ndarray:
        """Class code of each component, (n,) uint8."""
        codes = np.zeros(self.components, np.uint8)
        codes[self.component] = self.runs.code
        return codes

    @property
    def lowest_components(self) -> np.ndarray:
        """Component of each pixel of the lowest row, (w + 2,) int64; -1 for code 0."""
        inside = self.codes[-1] != 0
        components = np.full(len(inside), -1)
        components[inside] = self.component[self.runs.number[-1, inside]]
        return components

    @property
    def is_open(self) -> np.ndarray:
        """Whether each component may continue below, (n,) bool."""
        lowest = self.lowest_components
        found = np.zeros(self.components, bool)
        found[lowest[lowest >= 0]] = True
        return found


def empty_seam(width: int) -> Seam:
    """Return the empty seam above a raster's first row."""
    return Seam(np.zeros(width + 2, np.uint8), np.full(width + 2, -1), 0)


def join(above: Seam, codes: np.ndarray) -> Strip:
    """Return the strip of the rows `codes`, (h, w) uint8, below a seam."""
    padded = np.zeros((len(codes) + 1, codes.shape[1] + 2), np.uint8)
    padded[0] = above.codes
    padded[1:, 1:-1] = codes
    runs = find_runs(padded)
    here = len(runs.code)
    on_seam = np.flatnonzero(runs.first < padded.shape[1])
    known_as = above.component[runs.first[on_seam]]
    component = connected_components(
        here + above.components,
        np.concatenate((runs.upper, on_seam)),
        np.concatenate((runs.lower, here + known_as)),
    )
    count = int(component.max(initial=-1)) + 1
    return Strip(padded, runs, component[:here], component[here:], count)


def part(strip: Strip) -> tuple[Seam, np.ndarray]:
    """Return the seam below a strip, and each component's number there or -1, (n,) int64."""
    is_open = strip.is_open
    number = np.where(is_open, np.cumsum(is_open) - 1, -1)
    lowest = strip.lowest_components
    lowest[lowest >= 0] = number[lowest[lowest >= 0]]
    return Seam(strip.codes[-1], lowest, int(is_open.sum())), number
