# SPDX-License-Identifier: GPL-2.0-or-later
"""Clean-up of a class raster before tracing: small regions and holes go to their neighbors.

What becomes of a region can depend on regions far away, so a raster is read twice: a survey
builds the graph of all regions, then each strip gets its new codes. The graph is the same for any
strips, and with it the result. Memory is limited to one strip and about 100 bytes per region.
"""

from __future__ import annotations

import numpy as np

from ..strip import empty_seam, join, part
from .absorb import absorb_small
from .adjacency import Surveyor


class RegionCleaner:
    """Cleaner of a raster that is fed twice in the same strips: to `survey`, then to `clean`.

    Args:
        width: width of the raster in pixels.
        minimum_px: number of pixels from which a region stays, by its code, (256,) float64.
        minimum_hole_px: number of pixels from which a hole stays, by the code of the region
            around it, (256,) float64; None fills no holes.
    """

    def __init__(
        self, width: int, minimum_px: np.ndarray, minimum_hole_px: np.ndarray | None = None
    ) -> None:
        """Start above the raster's first row."""
        self._minimum_px = minimum_px
        self._minimum_hole_px = np.zeros(256) if minimum_hole_px is None else minimum_hole_px
        self._surveyor = Surveyor(width)
        self._seam = empty_seam(width)
        self._strips_cleaned = 0
        self._code_of_node: np.ndarray | None = None

    def survey(self, codes: np.ndarray) -> None:
        """Add the next rows, class codes (h, w) uint8, 0 for nodata."""
        self._surveyor.feed(codes)

    def clean(self, codes: np.ndarray) -> np.ndarray:
        """Return the new codes of the next rows, (h, w) uint8.

        Raises:
            ValueError: if the rows are not the strip that was surveyed.
        """
        if self._code_of_node is None:
            graph, region = self._surveyor.graph()
            self._code_of_node = absorb_small(graph, self._minimum_px, self._minimum_hole_px)[
                region
            ]
        strip = join(self._seam, codes)
        first, last = self._surveyor.first_nodes[self._strips_cleaned :][:2]
        if strip.components != last - first:
            raise ValueError("A strip to clean differs from the one that was surveyed")
        # Nodata above the first run has the number -1.
        code_of_run = np.append(self._code_of_node[first + strip.component], np.uint8(0))
        cleaned = code_of_run[strip.runs.number[1:, 1:-1]]
        cleaned[codes == 0] = 0
        self._seam, _ = part(strip)
        self._strips_cleaned += 1
        return cleaned
