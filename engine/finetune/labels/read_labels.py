# SPDX-License-Identifier: GPL-2.0-or-later
"""Drawn polygons of a scene as label polygons on the grid that the network sees.

Only pixels with values in all sources count. What cannot be used is left out and told with its
number.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ...datasets.polygons import read_class_polygons
from ...metrics import IGNORED
from ...protocol import InputError
from ...tiling.window import Window
from .burning import LONGEST_PX, burn, window_of
from .label_polygon import LabelPolygon
from .outline import outlines_of
from .overlaps import without_overlaps

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ...datasets import Truth
    from ...protocol import Legend
    from ...raster.grid import RasterGrid
    from ...raster.reader import Chip
    from .outline import Outline

FEWEST_CLASSES = 2
OUTSIDE, TINY, NODATA, PARTLY, LARGE = "outside", "tiny", "nodata", "partly", "large"
REMARKS = {
    OUTSIDE: ("outside the image", "so {} left out: choose the image that was drawn on"),
    TINY: ("between the centers of pixels", "so {} left out: draw larger ones"),
    NODATA: ("where image or heights have no values", "so {} left out: draw elsewhere"),
    PARTLY: ("partly where image or heights have no values", "so {} used elsewhere only"),
    LARGE: (
        "on a large area",
        f"so {{}} used within {LONGEST_PX} px only, which is enough: several small ones in "
        "different places teach more",
    ),
}


class ScenePixels(Protocol):
    """An open scene with the pixels that the network sees; see `working_scene`."""

    grid: RasterGrid

    def read(self, window: Window) -> Chip:
        """Return the chip of a window of `grid`."""


def read_labels(
    scene: ScenePixels, truth: Truth, legend: Legend, warn: Callable[[str], None], at: int = 0
) -> tuple[LabelPolygon, ...]:
    """Return the label polygons of a scene, in the order of the file.

    Args:
        scene: open scene with the pixels that the network sees.
        truth: file of the polygons.
        legend: legend of the new model.
        warn: callback for sentences about polygons that are left out.
        at: index of the scene among those of the job.

    Raises:
        InputError: if the file or a block of the image cannot be read, no polygon has a known
            class, or polygons of different classes overlap.
    """
    found = read_class_polygons(truth, scene.grid, legend, warn, skip_unknown=True)
    left_out: Counter[str] = Counter()
    has_class = found.classes != IGNORED
    left_out[OUTSIDE] += int(has_class.sum() - has_class[np.unique(found.owners)].sum())
    drawn = [one for one in outlines_of(found, scene.grid) if one.class_index != IGNORED]
    polygons = [
        polygon
        for outline in without_overlaps(drawn, legend, truth.path)
        if (polygon := _label_polygon(outline, scene, left_out, at)) is not None
    ]
    for reason, (where, outcome) in REMARKS.items():
        if left_out[reason]:
            warn(_remark(left_out[reason], len(found.fids), where, outcome, truth.path))
    return tuple(polygons)


def refuse_labels(polygons: Sequence[LabelPolygon], legend: Legend, paths: Sequence[str]) -> None:
    """Refuse labels that nothing can be learned from.

    Args:
        polygons: polygons of all scenes.
        legend: legend of the new model.
        paths: paths of the labels, for messages.

    Raises:
        InputError: if the labels have no polygon, or polygons of one class only.
    """
    where = " and ".join(dict.fromkeys(paths))
    if not polygons:
        raise InputError(
            f"The labels {where} have no polygon that can be used: draw polygons on the image, in "
            "at least two classes."
        )
    drawn = {one.class_index for one in polygons}
    if len(drawn) < FEWEST_CLASSES:
        title = legend.classes[drawn.pop()].title
        raise InputError(
            f"The labels {where} have polygons of one class only, {title}, and a model that learns "
            "one class alone forgets the others: draw at least two classes."
        )


def _label_polygon(
    outline: Outline, scene: ScenePixels, left_out: Counter[str], at: int
) -> LabelPolygon | None:
    """Return the label polygon of an outline, None if it has no pixel; count the reasons."""
    window = window_of(outline.shape, scene.grid)
    if window.is_empty:
        left_out[OUTSIDE] += 1
        return None
    pixels = burn(outline.shape, window)
    if not pixels.any():
        left_out[TINY] += 1
        return None
    mask = pixels & scene.read(window).valid
    if not mask.any():
        left_out[NODATA] += 1
        return None
    left_out[PARTLY] += int(mask.sum() < pixels.sum())
    left_out[LARGE] += int(_is_cut(outline, window, scene.grid))
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    size = int(rows[-1] - rows[0]) + 1, int(cols[-1] - cols[0]) + 1
    tight = Window(int(rows[0]), int(cols[0]), *size)
    mask = mask[tight.slices].copy()
    tight = tight.shift(window.row, window.col)
    return LabelPolygon(
        at,
        outline.fid,
        outline.class_index,
        tight,
        mask,
        _center(mask, tight, scene.grid),
        float(mask.sum() * scene.grid.pixel_area_m2),
    )


def _is_cut(outline: Outline, window: Window, grid: RasterGrid) -> bool:
    left, top, right, bottom = outline.shape.bounds
    height = min(bottom, grid.height) - max(top, 0)
    width = min(right, grid.width) - max(left, 0)
    return max(height - window.height, width - window.width) > 1


def _center(mask: np.ndarray, window: Window, grid: RasterGrid) -> tuple[float, float]:
    """Return x and y of the pixel of a mask that is closest to its center of mass."""
    places = np.argwhere(mask)
    nearest = places[np.argmin(((places - places.mean(axis=0)) ** 2).sum(axis=1))]
    x, y = grid.transform @ (window.col + nearest[1] + 0.5, window.row + nearest[0] + 0.5)
    return float(x), float(y)


def _remark(count: int, total: int, where: str, outcome: str, path: str) -> str:
    verb, pronoun = ("lies", "it is") if count == 1 else ("lie", "they are")
    done = outcome.format(pronoun)
    return f"In the labels {path} {count} of {total} polygons {verb} {where}, {done}."
