# SPDX-License-Identifier: GPL-2.0-or-later
"""Streaming tracer: converts strips of a class raster, from top to bottom, to polygons.

A component is returned as soon as a strip shows that it is complete. The state that is carried
over consists of the lowest row, and of the tally, closed outlines and open fragments of the
components that touch it. Memory is limited to one strip and the unfinished outlines, regardless
of the raster's height. All coordinates are integers, so pieces match exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .chains import walk
from .edges import find_edges, follow
from .fragments import Fragment, split_chains, with_fragments
from .rings import Outlines, build_polygons
from .strip import Seam, Strip, empty_seam, join, part
from .tally import Tally, tally_runs


class Traced(NamedTuple):
    """Finished components.

    Args:
        codes: class codes, (p,) uint8.
        polygons: shapely polygons in pixel space, x = column and y = row, (p,).
        tally: tally of these p components.
    """

    codes: np.ndarray
    polygons: np.ndarray
    tally: Tally

    def take(self, chosen: np.ndarray) -> Traced:
        """Return the components numbered `chosen`, in that order."""
        return Traced(self.codes[chosen], self.polygons[chosen], self.tally.take(chosen))


class _OpenComponents(NamedTuple):
    """State that is carried from one strip to the next.

    Args:
        seam: lowest row of the strip, which numbers the unfinished components.
        tally: tally of these components.
        outlines: closed outlines by component.
        fragments: open outlines.
    """

    seam: Seam
    tally: Tally
    outlines: dict[int, list[Outlines]]
    fragments: list[Fragment]


class Tracer:
    """Streaming tracer of the strips of a raster.

    Args:
        width: width of the raster in pixels.
        minimum_px: minimum number of pixels by code, (256,) float64; smaller components are
            dropped.
    """

    def __init__(self, width: int, minimum_px: np.ndarray) -> None:
        """Start above the raster's first row."""
        self._above = _OpenComponents(empty_seam(width), Tally.empty(), {}, [])
        self._minimum_px = minimum_px
        self._width = width
        self._rows_fed = 0

    def feed(
        self,
        codes: np.ndarray,
        confidence: np.ndarray | None = None,
        heights_m: np.ndarray | None = None,
    ) -> Traced:
        """Process the next rows and return the components that they complete.

        Args:
            codes: class codes, (h, w) uint8; 0 outside the classes to trace.
            confidence: confidence in percent, (h, w) uint8; 0 and values above 100 are nodata.
            heights_m: heights above ground, (h, w) float32, NaN where unknown.
        """
        strip = join(self._above.seam, codes)
        tally = tally_strip(strip, self._above.tally, confidence, heights_m)
        outlines, fragments = self._outlines(strip)
        is_large = tally.pixels >= self._minimum_px[strip.code_of_component]
        finished, unfinished = self._split_outlines(strip, outlines, is_large)
        self._above = _carry_over(strip, tally, unfinished, fragments)
        self._rows_fed += len(codes)
        polygons, component = build_polygons(finished)
        return Traced(strip.code_of_component[component], polygons, tally.take(component))

    def finish(self) -> Traced:
        """Return the components that reach the raster's last row."""
        return self.feed(np.zeros((1, self._width), np.uint8))

    def _outlines(self, strip: Strip) -> tuple[Outlines, list[Fragment]]:
        """Return the outlines that close within the strip, and the open ones."""
        older = self._above.fragments
        edges, inside = find_edges(strip.codes)
        lines, bottom = len(strip.codes) - 1, strip.codes[-1]
        chains = walk(*follow(with_fragments(edges, older), lines, bottom))
        edges.corners[:, 0] += self._rows_fed
        owner = strip.component[strip.runs.number.ravel()[inside]]
        of_older = strip.continues[np.array([each.component for each in older], np.int64)]
        return split_chains(chains, edges.corners, np.concatenate((owner, of_older)), older)

    def _split_outlines(
        self, strip: Strip, outlines: Outlines, is_large: np.ndarray
    ) -> tuple[Outlines, dict[int, list[Outlines]]]:
        """Return the outlines of finished, large components, and those of open components."""
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


def tally_strip(
    strip: Strip, above: Tally, confidence: np.ndarray | None, heights_m: np.ndarray | None
) -> Tally:
    """Return the tally of the strip's components, including their pixels above the strip.

    Args:
        strip: strip of class codes.
        above: tally of the unfinished components of the strip above.
        confidence: confidence in percent, (h, w) uint8; 0 and values above 100 are nodata.
        heights_m: heights above ground, (h, w) float32, NaN where unknown.
    """
    is_new = strip.runs.first >= strip.codes.shape[1]
    inside = strip.codes[1:, 1:-1] != 0
    here = tally_runs(
        strip.component[is_new],
        strip.runs.length[is_new],
        strip.components,
        None if confidence is None else confidence[inside],
        None if heights_m is None else heights_m[inside],
    )
    return here.plus(above.regrouped(strip.continues, strip.components))


def _carry_over(
    strip: Strip, tally: Tally, outlines: dict[int, list[Outlines]], fragments: list[Fragment]
) -> _OpenComponents:
    """Return the state for the next strip, renumbered by the seam between the strips."""
    seam, number = part(strip)
    return _OpenComponents(
        seam,
        tally.regrouped(number, seam.components),
        {int(number[owner]): parts for owner, parts in outlines.items()},
        [each._replace(component=int(number[each.component])) for each in fragments],
    )
