# SPDX-License-Identifier: GPL-2.0-or-later
"""Merge: the labels of all parts as windows of the output, from top to bottom.

Only a strip of the parts side by side is in memory.
"""

from __future__ import annotations

from contextlib import ExitStack
from itertools import groupby
from typing import TYPE_CHECKING

import rasterio

from ..protocol import InputError
from ..raster.reader import LabeledWindow
from ..raster.windows import raster_window
from ..raster.writer import BLOCK_PX
from ..tiling.window import Window
from .task import CLASSES, CONFIDENCE, LABEL, Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .store import PartStore
    from .super_tiles import Part


def merged(
    store: PartStore, parts: Iterable[Part], *, with_confidence: bool
) -> Iterator[LabeledWindow]:
    """Yield the labels of the parts in windows of the output, in strips from top to bottom.

    Args:
        store: store with all of the parts.
        parts: parts, row by row.
        with_confidence: whether the parts have a confidence.

    Raises:
        InputError: if a part cannot be read.
    """
    kinds = (CLASSES, CONFIDENCE) if with_confidence else (CLASSES,)
    for _, row in groupby(parts, lambda part: part.place.row):
        yield from _merged_row(store, list(row), kinds)


def _merged_row(
    store: PartStore, row: Sequence[Part], kinds: Sequence[str]
) -> Iterator[LabeledWindow]:
    with ExitStack() as opened:
        files = [[opened.enter_context(_open(store, part, kind)) for kind in kinds] for part in row]
        for top in range(0, row[0].place.height, BLOCK_PX):
            for part, of_part in zip(row, files, strict=True):
                height = min(BLOCK_PX, part.place.height - top)
                strip = Window(top, 0, height, part.place.width)
                values = [file.read(1, window=raster_window(strip)) for file in of_part]
                percents = values[1] if len(values) > 1 else None
                yield LabeledWindow(
                    strip.shift(part.place.row, part.place.col), values[0], percents
                )


def _open(store: PartStore, part: Part, kind: str) -> rasterio.DatasetReader:
    path = store.file(Task(LABEL, part.number).raster(kind))
    try:
        return rasterio.open(path)
    except rasterio.RasterioIOError as error:
        raise InputError(
            f"The part {path} cannot be read ({error}): remove its folder and start again."
        ) from error
