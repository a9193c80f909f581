# SPDX-License-Identifier: GPL-2.0-or-later
"""The tracer: fed with strips of a class raster from top to bottom, it gives back polygons.

A component leaves as soon as a strip shows that it cannot grow any more. What touches the lowest
row is carried over: that row, and the tally, closed outlines and open fragments of its
components. Memory is that of one strip and of the unfinished outlines, whatever the raster's
height. Everything is integers, so pieces meet exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .chains import walk
from .edges import find_edges, follow
from .fragments import Fragment, split_chains, with_fragments
from .rings import Outlines, build_polygons
from .strip import Seam, Strip, join, open_sky, part
from .tally import Tally, tally_runs


class Traced(NamedTuple):
    """Finished components.

    Args:
        codes: (p,) uint8.
        polygons: (p,) polygons of shapely in pixel space, x = column and y = row.
        tally: of these p components.
    """

    codes: np.ndarray
    polygons: np.ndarray
    tally: Tally

    def take(self, chosen: np.ndarray) -> Traced:
        """Return the components numbered `chosen`, in that order."""
        return Traced(self.codes[chosen], self.polygons[chosen], self.tally.take(chosen))


class _Unfinished(NamedTuple):
    """What one strip leaves to the next.

    Args:
        seam: its lowest row, which numbers the unfinished components.
        tally: of these components.
        outlines: the closed outlines of each component that has some.
        fragments: the open outlines.
    """

    seam: Seam
    tally: Tally
    outlines: dict[int, list[Outlines]]
    fragments: list[Fragment]


class Tracer:
    """An accumulator of strips.

    Args:
        width: of the raster in pixels.
        minimum_px: (256,) float64; a component of code c with fewer than `minimum_px[c]` pixels
            is dropped.
    """

    def __init__(self, width: int, minimum_px: np.ndarray) -> None:
        """Start above the raster's first row."""
        self._above = _Unfinished(open_sky(width), Tally.empty(), {}, [])
        self._minimum_px = minimum_px
        self._width = width
        self._rows_fed = 0

    def feed(
        self,
        codes: np.ndarray,
        confidence: np.ndarray | None = None,
        heights_m: np.ndarray | None = None,
    ) -> Traced:
        """Take the next rows in and return the components that they finish.

        Args:
            codes: (h, w) uint8; 0 outside every class to trace.
            confidence: (h, w) uint8 in percent; 0, or above 100: none.
            heights_m: (h, w) float32 above ground, NaN where unknown.
        """
        strip = join(self._above.seam, codes)
        tally = self._tally(strip, confidence, heights_m)
        outlines, fragments = self._outlines(strip)
        is_large = tally.pixels >= self._minimum_px[strip.code_of_component]
        finished, unfinished = self._sorted_out(strip, outlines, is_large)
        self._above = _left_over(strip, tally, unfinished, fragments)
        self._rows_fed += len(codes)
        polygons, component = build_polygons(finished)
        return Traced(strip.code_of_component[component], polygons, tally.take(component))

    def finish(self) -> Traced:
        """Return the components that reach the raster's last row."""
        return self.feed(np.zeros((1, self._width), np.uint8))

    def _tally(
        self, strip: Strip, confidence: np.ndarray | None, heights_m: np.ndarray | None
    ) -> Tally:
        """Return the tally of the strip's components, with what they had above."""
        is_new = strip.runs.first >= strip.codes.shape[1]
        inside = strip.codes[1:, 1:-1] != 0
        here = tally_runs(
            strip.component[is_new],
            strip.runs.length[is_new],
            strip.components,
            None if confidence is None else confidence[inside],
            None if heights_m is None else heights_m[inside],
        )
        return here.plus(self._above.tally.regrouped(strip.continues, strip.components))

    def _outlines(self, strip: Strip) -> tuple[Outlines, list[Fragment]]:
        """Return the outlines that close within the strip, and those that do not."""
        older = self._above.fragments
        edges, inside = find_edges(strip.codes)
        lines, bottom = len(strip.codes) - 1, strip.codes[-1]
        chains = walk(*follow(with_fragments(edges, older), lines, bottom))
        edges.corners[:, 0] += self._rows_fed
        owner = strip.component[strip.runs.number.ravel()[inside]]
        of_older = strip.continues[np.array([each.component for each in older], np.int64)]
        return split_chains(chains, edges.corners, np.concatenate((owner, of_older)), older)

    def _sorted_out(
        self, strip: Strip, outlines: Outlines, is_large: np.ndarray
    ) -> tuple[Outlines, dict[int, list[Outlines]]]:
        """Return all outlines of finished, large components, and those of open ones."""
        is_open = strip.is_open
        is_wanted = is_large & ~is_open
        finished = [outlines.take(np.flatnonzero(is_wanted[outlines.component]))]
        unfinished: dict[int, list[Outlines]] = {}
        for number, parts in self._above.outlines.items():
            owner = int(strip.continues[number])
            if is_open[owner]:
                unfinished.setdefault(owner, []).extend(parts)
            elif is_wanted[owner]:
                finished += [each.belonging_to(owner) for each in parts]
        for each in outlines.take(np.flatnonzero(is_open[outlines.component])).by_component():
            unfinished.setdefault(int(each.component[0]), []).append(each)
        return Outlines.joined(finished), unfinished


def _left_over(
    strip: Strip, tally: Tally, outlines: dict[int, list[Outlines]], fragments: list[Fragment]
) -> _Unfinished:
    """Return what a strip leaves to the next, under the numbers of the seam between them."""
    seam, number = part(strip)
    return _Unfinished(
        seam,
        tally.regrouped(number, seam.components),
        {int(number[owner]): parts for owner, parts in outlines.items()},
        [each._replace(component=int(number[each.component])) for each in fragments],
    )
