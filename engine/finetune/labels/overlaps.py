# SPDX-License-Identifier: GPL-2.0-or-later
"""Overlaps of polygons of different classes.

Neighbors that share a border overlap by slivers when they are drawn without snapping. Slivers count
as unknown; where more overlaps, one of both classes is wrong, and only the user knows which.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from ...datasets.class_lookup import listed
from ...protocol import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...protocol import Legend
    from .outline import Outline

SLIVER_PX = 4.0
SLIVER_FRACTION = 0.05  # of the smaller polygon


class _Overlap(NamedTuple):
    """Indices of two outlines of different classes, and the area of what they share."""

    first: int
    second: int
    area_px: float


def without_overlaps(outlines: Sequence[Outline], legend: Legend, path: str) -> list[Outline]:
    """Return outlines without the slivers that they share with other classes.

    Args:
        outlines: outlines in pixels.
        legend: legend of the classes, for the message.
        path: path of the labels, for the message.

    Raises:
        InputError: if more than a sliver is drawn as two classes.
    """
    overlaps = _overlaps(outlines)
    areas = shapely.area([one.shape for one in outlines])
    wrong = [
        overlap
        for overlap in overlaps
        if overlap.area_px > SLIVER_PX
        and overlap.area_px > SLIVER_FRACTION * min(areas[overlap.first], areas[overlap.second])
    ]
    if wrong:
        raise InputError(_contradiction(outlines, wrong, legend, path))
    shapes = [one.shape for one in outlines]
    for first, second, _ in overlaps:
        shapes[first] = shapely.difference(shapes[first], outlines[second].shape)
        shapes[second] = shapely.difference(shapes[second], outlines[first].shape)
    return [replace(one, shape=shape) for one, shape in zip(outlines, shapes, strict=True)]


def _overlaps(outlines: Sequence[Outline]) -> list[_Overlap]:
    shapes = np.array([one.shape for one in outlines], object)
    classes = np.array([one.class_index for one in outlines], int)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    is_pair = (first < second) & (classes[first] != classes[second])
    first, second = first[is_pair], second[is_pair]
    areas = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    pairs = zip(first.tolist(), second.tolist(), areas.tolist(), strict=True)
    return sorted(_Overlap(*pair) for pair in pairs if pair[2] > 0)


def _contradiction(
    outlines: Sequence[Outline], wrong: Sequence[_Overlap], legend: Legend, path: str
) -> str:
    def words(at: int) -> str:
        return f"{outlines[at].fid} ({legend.classes[outlines[at].class_index].title})"

    pairs = listed([f"{words(each.first)} and {words(each.second)}" for each in wrong])
    which = "These polygons" if len(wrong) > 1 else "Two polygons"
    return (
        f"{which} of the labels {path} have different classes where they overlap, with the feature "
        f"IDs {pairs}: give them one class, or draw them apart."
    )
