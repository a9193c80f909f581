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
from .runs import Runs, connected_components, find_runs
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
        place = np.full(len(self.codes), -1)
        place[chosen] = np.arange(len(chosen))
        tally = self.tally.regrouped(place, len(chosen))
        return Traced(self.codes[chosen], self.polygons[chosen], tally)


class _Unfinished(NamedTuple):
    """What one strip leaves to the next; its components are numbered from 0.

    Args:
        row: (w + 2,) uint8, codes of the lowest row, with a 0 at either end.
        component: (w + 2,) int64, component of each of its pixels; -1 where the code is 0.
        tally: of the components.
        outlines: the closed outlines of each component that has some.
        fragments: the open outlines.
    """

    row: np.ndarray
    component: np.ndarray
    tally: Tally
    outlines: dict[int, list[Outlines]]
    fragments: list[Fragment]


class _Strip(NamedTuple):
    """A strip, its first row being the last of the strip above.

    Args:
        codes: (h + 1, w + 2) uint8, with a 0 at either end of each row.
        runs: of `codes`.
        component: (r,) int64, component of each run.
        carried: (k,) int64, component that each unfinished one of above turns out to be.
        components: how many there are.
    """

    codes: np.ndarray
    runs: Runs
    component: np.ndarray
    carried: np.ndarray
    components: int


class Tracer:
    """An accumulator of strips.

    Args:
        width: of the raster in pixels.
        minimum_px: (256,) float64; a component of code c with fewer than `minimum_px[c]` pixels
            is dropped.
    """

    def __init__(self, width: int, minimum_px: np.ndarray) -> None:
        """Start above the raster's first row."""
        row = np.zeros(width + 2, np.uint8)
        self._above = _Unfinished(row, np.full(width + 2, -1), Tally.empty(), {}, [])
        self._minimum_px = minimum_px
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
        strip = self._strip(codes)
        tally = self._tally(strip, confidence, heights_m)
        outlines, fragments = self._outlines(strip)
        code = np.zeros(strip.components, np.uint8)
        code[strip.component] = strip.runs.code
        bottom = np.full(codes.shape[1] + 2, -1)
        inside = strip.codes[-1] != 0
        bottom[inside] = strip.component[strip.runs.number[-1, inside]]
        is_open = np.zeros(strip.components, bool)
        is_open[bottom[inside]] = True
        is_wanted = ~is_open & (tally.pixels >= self._minimum_px[code])
        finished, unfinished = self._sorted_out(strip, outlines, is_open, is_wanted)
        polygons, component = build_polygons(finished)
        rank = np.where(is_open, np.cumsum(is_open) - 1, -1)
        self._above = _Unfinished(
            strip.codes[-1],
            np.where(inside, rank[bottom], -1) if strip.components else bottom,
            tally.regrouped(rank, int(is_open.sum())),
            {int(rank[owner]): parts for owner, parts in unfinished.items()},
            [each._replace(component=int(rank[each.component])) for each in fragments],
        )
        self._rows_fed += len(codes)
        place = np.full(strip.components, -1)
        place[component] = np.arange(len(component))
        return Traced(code[component], polygons, tally.regrouped(place, len(component)))

    def finish(self) -> Traced:
        """Return the components that reach the raster's last row."""
        return self.feed(np.zeros((1, len(self._above.row) - 2), np.uint8))

    def _strip(self, codes: np.ndarray) -> _Strip:
        """Return the strip, with what it has in common with the one above sorted out."""
        padded = np.zeros((len(codes) + 1, codes.shape[1] + 2), np.uint8)
        padded[0] = self._above.row
        padded[1:, 1:-1] = codes
        runs = find_runs(padded)
        here, above = len(runs.code), len(self._above.tally.sums)
        on_seam = np.flatnonzero(runs.first < padded.shape[1])
        known_as = self._above.component[runs.first[on_seam]]
        component = connected_components(
            here + above,
            np.concatenate((runs.upper, on_seam)),
            np.concatenate((runs.lower, here + known_as)),
        )
        count = int(component.max(initial=-1)) + 1
        return _Strip(padded, runs, component[:here], component[here:], count)

    def _tally(
        self, strip: _Strip, confidence: np.ndarray | None, heights_m: np.ndarray | None
    ) -> Tally:
        """Return the tally of the strip's components, with what they had above."""
        new = strip.runs.first >= strip.codes.shape[1]
        inside = strip.codes[1:, 1:-1] != 0
        here = tally_runs(
            strip.component[new],
            strip.runs.length[new],
            strip.components,
            None if confidence is None else confidence[inside],
            None if heights_m is None else heights_m[inside],
        )
        return here.plus(self._above.tally.regrouped(strip.carried, strip.components))

    def _outlines(self, strip: _Strip) -> tuple[Outlines, list[Fragment]]:
        """Return the outlines that close within the strip, and those that do not."""
        fragments = self._above.fragments
        edges, inside = find_edges(strip.codes)
        following, heads = follow(
            with_fragments(edges, fragments), len(strip.codes) - 1, strip.codes[-1]
        )
        edges.corners[:, 0] += self._rows_fed
        owner = strip.component[strip.runs.number.ravel()[inside]]
        older = strip.carried[[each.component for each in fragments]] if fragments else owner[:0]
        return split_chains(
            walk(following, heads), edges.corners, np.concatenate((owner, older)), fragments
        )

    def _sorted_out(
        self, strip: _Strip, outlines: Outlines, is_open: np.ndarray, is_wanted: np.ndarray
    ) -> tuple[Outlines, dict[int, list[Outlines]]]:
        """Return all outlines of wanted components, and those of open ones by component."""
        finished = [outlines.take(np.flatnonzero(is_wanted[outlines.component]))]
        unfinished: dict[int, list[Outlines]] = {}
        for number, parts in self._above.outlines.items():
            owner = int(strip.carried[number])
            if is_open[owner]:
                unfinished.setdefault(owner, []).extend(parts)
            elif is_wanted[owner]:
                finished += [part.belonging_to(owner) for part in parts]
        waiting = np.flatnonzero(is_open[outlines.component])
        owners = outlines.component[waiting]
        for owner in np.unique(owners).tolist():
            unfinished.setdefault(owner, []).append(outlines.take(waiting[owners == owner]))
        return Outlines.joined(finished), unfinished
