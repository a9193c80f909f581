# SPDX-License-Identifier: GPL-2.0-or-later
"""Regions: connected cells of a mask, band by band, so that memory grows with their number only.

Bands are labeled twice: to count the cells of regions that cross bands, and to choose cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from ..runs import connected_components
from .distance import BAND_CELLS, bands

if TYPE_CHECKING:
    from collections.abc import Callable


class RegionSizes(NamedTuple):
    """Sizes of the regions of a mask.

    Args:
        cells: number of cells of each region, (n,) float64.
        marked: number of its cells that are marked, (n,) float64.
    """

    cells: np.ndarray
    marked: np.ndarray


def chosen_regions(
    mask: np.ndarray,
    is_chosen: Callable[[RegionSizes], np.ndarray],
    marks: np.ndarray | None = None,
    band_cells: int = BAND_CELLS,
) -> np.ndarray:
    """Return the cells of 4-connected regions that are chosen by their sizes, (h, w) bool.

    Args:
        mask: mask, (h, w) bool.
        is_chosen: function from the sizes of n regions to (n,) bool.
        marks: cells to count, (h, w) bool; None: none.
        band_cells: number of cells of a band.
    """
    rows = [here for here, _, _ in bands(mask.shape, 0, band_cells)]
    region, sizes = _survey(mask, marks, rows)
    is_wanted = np.append(False, is_chosen(sizes)[region])  # code 0 is outside
    found = np.zeros(mask.shape, bool)
    base = 0
    for here in rows:
        labels, count = ndimage.label(mask[here])
        labels[labels > 0] += base
        found[here] = is_wanted[labels]
        base += count
    return found


def _survey(
    mask: np.ndarray, marks: np.ndarray | None, rows: list[slice]
) -> tuple[np.ndarray, RegionSizes]:
    """Return the region of each label of all bands, (m,) int64, and the sizes of the regions."""
    cells: list[np.ndarray] = [np.empty(0)]
    marked: list[np.ndarray] = [np.empty(0)]
    links: list[np.ndarray] = [np.empty((0, 2), np.int64)]
    base, lowest = 0, np.zeros(mask.shape[1], np.int64)
    for here in rows:
        labels, count = ndimage.label(mask[here])
        of_row = np.where(labels[0] > 0, labels[0].astype(np.int64) + base, 0)
        touching = (of_row > 0) & (lowest > 0)
        links.append(np.unique(np.column_stack((lowest, of_row))[touching] - 1, axis=0))
        flat = labels.ravel()
        cells.append(np.bincount(flat, minlength=count + 1)[1:])
        if marks is not None:
            marked.append(np.bincount(flat, marks[here].ravel(), count + 1)[1:])
        lowest = np.where(labels[-1] > 0, labels[-1].astype(np.int64) + base, 0)
        base += count
    region = connected_components(base, *np.concatenate(links).T)
    regions = int(region.max(initial=-1)) + 1
    sizes = np.bincount(region, np.concatenate(cells), regions)
    of_marks = np.bincount(region, np.concatenate(marked), regions) if marks is not None else sizes
    return region, RegionSizes(sizes, of_marks)
