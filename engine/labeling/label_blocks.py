# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks of finished labels as bytes: a JSON line with the windows, then compressed arrays."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

import numpy as np

from ..raster.reader import LabeledWindow
from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LEVEL = 1  # of codes, which become a tenth of their size; confidence would take 10 times as long

NONE, PLAIN, ZEROS = range(3)  # kinds of confidence; the empty parts of a mosaic take no space


def block_to_bytes(results: Iterable[LabeledWindow]) -> bytes:
    """Return the labels of some windows as bytes."""
    windows, planes = [], []
    for window, codes, percents in results:
        packed = zlib.compress(np.ascontiguousarray(codes).data, LEVEL)
        kind = NONE if percents is None else PLAIN if percents.any() else ZEROS
        windows.append([*window, len(packed), kind])
        planes.append(packed)
        if percents is not None and kind == PLAIN:
            planes.append(np.ascontiguousarray(percents).tobytes())
    return b"\n".join((json.dumps(windows).encode(), b"".join(planes)))


def block_from_bytes(content: bytes) -> Iterator[LabeledWindow]:
    """Yield the labels in a block, with arrays that cannot be written to."""
    line, _, planes = content.partition(b"\n")
    start = 0
    for *place, packed_bytes, kind in json.loads(line):
        window, percents = Window(*place), None
        shape = window.height, window.width
        packed = planes[start : start + packed_bytes]
        start += packed_bytes
        codes = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(shape)
        if kind == ZEROS:
            percents = np.zeros(shape, np.uint8)
        elif kind == PLAIN:
            percents = np.frombuffer(planes, np.uint8, codes.size, start).reshape(shape)
            start += codes.size
        yield LabeledWindow(window, codes, percents)
