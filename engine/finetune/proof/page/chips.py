# SPDX-License-Identifier: GPL-2.0-or-later
"""Chips: pictures of drawn polygons with the labels before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ....evaluate.page.pictures import data_url, palette_of, stretched

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ....protocol import Legend
    from ....protocol.finetune_report import FinetuneReport, PolygonChange
    from ....tiling.window import Window
    from ...labels.label_polygon import LabelPolygon

MOST_CHIPS = 12
MARGIN_PX = 24
EDGE_PX = 160  # at most


class ChipScene(Protocol):
    """Normalized input channels of a scene."""

    height: int
    width: int

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return channels (C, h, w) float32 and validity (h, w) bool of a window."""


@dataclass(frozen=True)
class Chip:
    """Pictures of a polygon and its surroundings, each a PNG as a `data:` URL."""

    title: str
    image: str
    drawn: str
    before: str
    after: str


def most_changed(report: FinetuneReport) -> list[PolygonChange]:
    """Return the polygons to show, up to 12: half of them worse ones where there are as many."""
    half = MOST_CHIPS // 2
    worse = report.worse[: max(half, MOST_CHIPS - len(report.better))]
    return [*report.better[: MOST_CHIPS - len(worse)], *worse]


def chip_windows(
    changes: Sequence[PolygonChange],
    polygons: Sequence[LabelPolygon],
    scenes: Sequence[ChipScene],
    legend: Legend,
) -> list[tuple[int, Window]]:
    """Return the windows of chips, as pairs of the index of a scene and a window of it.

    Args:
        changes: polygons to draw.
        polygons: all polygons.
        scenes: input channels of the scenes.
        legend: legend of the new model.
    """
    return [
        (one.scene, _window(one, scenes[one.scene])) for one in _found(changes, polygons, legend)
    ]


def draw_chips(
    changes: Sequence[PolygonChange],
    polygons: Sequence[LabelPolygon],
    scenes: Sequence[ChipScene],
    before: Iterable[np.ndarray],
    after: Iterable[np.ndarray],
    legend: Legend,
) -> list[Chip]:
    """Return the chips of polygons.

    Args:
        changes: polygons to draw.
        polygons: all polygons.
        scenes: input channels of the scenes.
        before: number of the class of each pixel by the base, from 1 in the order of the legend, 0
            without values, for each of `chip_windows`: (h, w) uint8.
        after: number of the class of each pixel by the new model, like `before`.
        legend: legend of the new model.
    """
    palette = np.roll(palette_of(legend), 1, axis=0)  # its last color is that of the unknown
    chips = []
    drawn_ones = _found(changes, polygons, legend)
    for change, polygon, old, new in zip(changes, drawn_ones, before, after, strict=True):
        scene = scenes[polygon.scene]
        window = _window(polygon, scene)
        maps = (_drawn(polygon, window), old, new)
        urls = [data_url(palette[one].transpose(2, 0, 1)) for one in maps]
        chips.append(Chip(_title(change, legend), data_url(_picture(scene, window)), *urls))
    return chips


def _found(
    changes: Sequence[PolygonChange], polygons: Sequence[LabelPolygon], legend: Legend
) -> list[LabelPolygon]:
    by_name = {(one.scene, one.fid, legend.codes[one.class_index]): one for one in polygons}
    return [by_name[one.scene, one.fid, one.code] for one in changes]


def _drawn(polygon: LabelPolygon, window: Window) -> np.ndarray:
    """Return the number of the class of a polygon, from 1, in its pixels of a window, else 0."""
    drawn = np.zeros((window.height, window.width), np.uint8)
    inside = polygon.window.intersect(window)
    mask = polygon.mask[inside.shift(-polygon.window.row, -polygon.window.col).slices]
    drawn[inside.shift(-window.row, -window.col).slices] = mask * (polygon.class_index + 1)
    return drawn


def _window(polygon: LabelPolygon, scene: ChipScene) -> Window:
    """Return a window around the middle of a polygon, within its scene."""
    grown = polygon.window.grow(MARGIN_PX)
    rows = max(0, grown.height - EDGE_PX) // 2
    cols = max(0, grown.width - EDGE_PX) // 2
    cut = grown._replace(
        row=grown.row + rows,
        col=grown.col + cols,
        height=min(grown.height, EDGE_PX),
        width=min(grown.width, EDGE_PX),
    )
    return cut.clip(scene.height, scene.width)


def _picture(scene: ChipScene, window: Window) -> np.ndarray:
    """Return the first three channels as a picture; of fewer, the last one is repeated."""
    channels, _ = scene.read(window)
    return stretched(channels[np.minimum(np.arange(3), len(channels) - 1)])


def _title(change: PolygonChange, legend: Legend) -> str:
    title = next(one.title for one in legend.classes if one.code == change.code)
    rates = f"{100 * change.right_before:.0f} to {100 * change.right_after:.0f} % right"
    return f"{title}, polygon {change.fid}: {rates}"
