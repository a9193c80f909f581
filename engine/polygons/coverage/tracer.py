# SPDX-License-Identifier: GPL-2.0-or-later
"""Streaming tracer of a coverage: strips of a class raster, from top to bottom, to polygons.

Rows are collected until they reach a line of the lattice, so all work is done on the same strips,
however the rows arrive. Each strip has both edges on lines of the lattice, so its arcs can be
simplified at once. The state that is carried over consists of the lowest row, and of the tally and
pieces of the regions that touch it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..strip import Seam, Strip, empty_seam, join, part
from ..tally import Tally
from ..tracer import Traced, tally_strip
from .arcs import trace_arcs
from .borders import border_bits
from .lattice import PinLattice
from .pieces import Pieces, no_pieces, pieces_of, polygons_of
from .rows import Rows, StripRows
from .simplify import simplify_arcs


class _OpenRegions(NamedTuple):
    """State that is carried from one strip to the next.

    Args:
        seam: lowest row of the strip, which numbers the unfinished regions.
        tally: tally of these regions.
        pieces: pieces of these regions.
    """

    seam: Seam
    tally: Tally
    pieces: Pieces


class CoarseBorder(NamedTuple):
    """Border between two classes whose place is less certain than a pixel.

    Args:
        codes: codes of both classes.
        tolerance_px: greatest distance of a dropped corner from the simplified border, in pixels;
            without effect below the tolerance of all borders.
    """

    codes: tuple[int, int]
    tolerance_px: float


class CoverageTracer:
    """Streaming tracer of all regions of a raster.

    Args:
        width: width of the raster in pixels.
        tolerance_px: greatest distance of a dropped corner from the simplified border, in
            pixels; 0 follows the edges of pixels.
        lattice: lines on which no corner is dropped.
        coarse: border with a tolerance of its own; None: all borders have the same.
    """

    def __init__(
        self,
        width: int,
        tolerance_px: float = 0.0,
        lattice: PinLattice | None = None,
        coarse: CoarseBorder | None = None,
    ) -> None:
        """Start above the raster's first row."""
        self._coarse = coarse
        self._width = width
        self._tolerance_px = tolerance_px
        self._lattice = lattice or PinLattice()
        self._is_column = self._lattice.is_column(width)
        self._above = _OpenRegions(empty_seam(width), Tally.empty(), no_pieces())
        self._waiting = Rows()
        self._rows_done = 0

    def feed(
        self,
        codes: np.ndarray,
        confidence: np.ndarray | None = None,
        heights_m: np.ndarray | None = None,
    ) -> Traced:
        """Process the next rows and return the regions that they complete.

        Args:
            codes: class codes, (h, w) uint8; 0 where the raster has none.
            confidence: confidence in percent, (h, w) uint8; 0 and values above 100 are nodata.
            heights_m: heights above ground, (h, w) float32, NaN where unknown.
        """
        self._waiting.add(StripRows(codes, confidence, heights_m))
        done = []
        while self._waiting.count >= (rows := self._lattice.rows_until_line(self._rows_done)):
            done.append(self._trace(self._waiting.take(rows)))
        return joined(done)

    def finish(self) -> Traced:
        """Return the regions that are still unfinished at the raster's last row."""
        done = []
        if self._waiting.count:
            done.append(self._trace(self._waiting.take(self._waiting.count)))
        done.append(self._trace(StripRows(np.zeros((1, self._width), np.uint8), None, None)))
        return joined(done)

    def _trace(self, rows: StripRows) -> Traced:
        """Return the regions that a strip between two lines of the lattice completes."""
        strip = join(self._above.seam, rows.codes)
        tally = tally_strip(strip, self._above.tally, rows.confidence, rows.heights_m)
        pieces = self._pieces(strip)
        seam, number = part(strip)
        is_open = number[pieces.region] >= 0
        polygons, region = polygons_of(pieces.take(np.flatnonzero(~is_open)))
        carried = pieces.take(np.flatnonzero(is_open))
        self._above = _OpenRegions(
            seam,
            tally.regrouped(number, seam.components),
            carried._replace(region=number[carried.region]),
        )
        self._rows_done += len(rows.codes)
        return Traced(strip.code_of_component[region], polygons, tally.take(region))

    def _pieces(self, strip: Strip) -> Pieces:
        """Return the pieces of the strip and of the regions that it continues."""
        height = len(strip.codes) - 1
        is_line = np.zeros(height + 1, bool)
        is_line[[0, -1]] = True
        arcs = trace_arcs(strip.codes, is_line, self._is_column)
        regions = _regions(strip, arcs.pixels)
        tolerances_px = self._tolerances_px(strip.codes.ravel()[arcs.pixels])
        arcs = simplify_arcs(arcs, regions, tolerances_px, is_line, self._is_column)
        above = self._above.pieces
        above = above._replace(region=strip.continues[above.region])
        above = above.continued(self._rows_done, border_bits(strip.codes[:2])[0])
        here = pieces_of(arcs, regions, self._rows_done, height, self._width)
        return Pieces.joined([above, here])

    def _tolerances_px(self, sides: np.ndarray) -> np.ndarray:
        """Return the tolerance of arcs, (a,), given by the codes on both sides, (a, 2) uint8."""
        tolerances_px = np.full(len(sides), self._tolerance_px)
        if self._coarse is not None:
            is_coarse = (np.sort(sides, axis=1) == sorted(self._coarse.codes)).all(axis=1)
            tolerances_px[is_coarse] = max(self._tolerance_px, self._coarse.tolerance_px)
        return tolerances_px


def _regions(strip: Strip, pixels: np.ndarray) -> np.ndarray:
    """Return the region of each pixel of a strip, given by flat index; -1 for code 0."""
    region = strip.component[strip.runs.number.ravel()[pixels]]
    region[strip.codes.ravel()[pixels] == 0] = -1
    return region


def joined(parts: list[Traced]) -> Traced:
    """Return the regions of all `parts`, in order."""
    if len(parts) == 1:
        return parts[0]
    return Traced(
        np.concatenate([np.empty(0, np.uint8), *(each.codes for each in parts)]),
        np.concatenate([np.empty(0, object), *(each.polygons for each in parts)]),
        Tally.joined([each.tally for each in parts]),
    )
