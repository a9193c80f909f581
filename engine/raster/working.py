# SPDX-License-Identifier: GPL-2.0-or-later
"""Working scene: a scene resampled to the resolution that a network was trained on.

It is read on a lattice over the whole image, regardless of the part to label, so a part gets the
same labels as in the whole image. The label of a lattice pixel is assigned to the image pixels
whose centers it contains, if those are valid and to be labeled.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from affine import Affine

from ..tiling.lattice import Lattice
from ..tiling.window import Window
from .chip import Chip
from .grid import RasterGrid
from .reader import LabeledWindow
from .rescale import Taps, rescale_chip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .reader import SceneReader

STRIP_PX = 1 << 19  # image pixels that are read at once; they fit in the CPU cache
BLOCK_PX = 64  # block of the lattice, for which invalid pixels are recorded


def lattice_of(grid: RasterGrid, gsd_m: float) -> Lattice | None:
    """Return the lattice with pixels of `gsd_m` over a grid; None: same as the grid."""
    if gsd_m == grid.gsd_m:
        return None
    return Lattice.scaled(grid.height, grid.width, gsd_m / grid.gsd_m)


def working_scene(scene: SceneReader, lattice: Lattice | None) -> SceneReader | WorkingScene:
    """Return the scene to label: on a lattice, or on its own pixels."""
    return scene if lattice is None else WorkingScene(scene, lattice)


def image_reach_px(reach_px: int, lattice: Lattice | None) -> int:
    """Return the margin in image pixels needed for a margin of `reach_px` on a lattice."""
    return reach_px if lattice is None else int((reach_px + 2) * lattice.scale) + 2


class WorkingScene:
    """Reader of rescaled chips of a scene, which maps results back to it; thread-safe.

    `grid` is the grid of its own pixels and `wanted` the window of it to label.

    Args:
        scene: open scene, not read by other code meanwhile.
        lattice: lattice over the scene's grid.
    """

    def __init__(self, scene: SceneReader, lattice: Lattice) -> None:
        self._scene, self._lattice, self._lock = scene, lattice, Lock()
        moved = scene.grid.transform @ Affine.scale(lattice.scale)
        self.grid = RasterGrid(scene.grid.crs, moved, lattice.height, lattice.width)
        self.wanted = lattice.holding(scene.wanted)
        blocks = -(-lattice.height // BLOCK_PX), -(-lattice.width // BLOCK_PX)
        self._has_gap = np.zeros(blocks, bool)

    def image_window(self, window: Window) -> Window:
        """Return the window of the image in `wanted` that gets the labels of a window of `grid`."""
        return self._lattice.owned(window).intersect(self._scene.wanted)

    def read(self, window: Window) -> Chip:
        """Return the chip of a window of `grid`, within the model's halo around `wanted`.

        Raises:
            InputError: if a block of a file cannot be read.
        """
        strips = [self._read_strip(strip) for strip in self._strips(window)]
        if len(strips) == 1:
            return strips[0]
        bands, heights, valid = zip(*strips, strict=True)
        joined = None if heights[0] is None else np.concatenate(heights)
        return Chip(np.concatenate(bands, axis=1), joined, np.concatenate(valid))

    def asked(self, window: Window) -> np.ndarray | None:
        """Return a mask (h, w) bool of the pixels to label in a window; None: all."""
        masks = [self._mask_strip(strip) for strip in self._strips(window)]
        return None if all(mask.all() for mask in masks) else np.concatenate(masks)

    def results(
        self, window: Window, codes: np.ndarray, percents: np.ndarray | None
    ) -> Iterator[LabeledWindow]:
        """Yield the labels of a part of `wanted` as windows of the scene's `wanted_grid`.

        Windows without any label are left out.

        Args:
            window: part of `wanted` that was read before.
            codes: (h, w) uint8 class codes.
            percents: (h, w) uint8 confidence in percent, or None.

        Raises:
            InputError: if a block of a file cannot be read.
        """
        corner = self._scene.wanted
        for strip in self._strips(window):
            part = self._lattice.owned(strip).intersect(corner)
            if part.is_empty or not codes[strip.shift(-window.row, -window.col).slices].any():
                continue
            rows = self._lattice.owners(part.row, part.height) - window.row
            cols = self._lattice.owners(part.col, part.width) - window.col
            kept = self._kept(part, strip)
            yield LabeledWindow(
                part.shift(-corner.row, -corner.col),
                _spread(codes, rows, cols, kept),
                None if percents is None else _spread(percents, rows, cols, kept),
            )

    def _strips(self, window: Window) -> Iterator[Window]:
        """Split a window into strips of at most `STRIP_PX` image pixels, or of one row."""
        image_px = max(1, int((window.width + 1) * self._lattice.scale**2))
        rows = max(1, STRIP_PX // image_px)
        for top in range(0, window.height, rows):
            height = min(rows, window.height - top)
            yield Window(window.row + top, window.col, height, window.width)

    def _read_strip(self, window: Window) -> Chip:
        whole, scale = self._scene.grid, self._lattice.scale
        rows = Taps.along(window.row, window.height, scale, whole.height)
        cols = Taps.along(window.col, window.width, scale, whole.width)
        (row, height), (col, width) = rows.stretch, cols.stretch
        with self._lock:
            chip = self._scene.read(Window(row, col, height, width))
        rescaled, unknown = rescale_chip(chip, rows.counted_from(row), cols.counted_from(col))
        self._keep_gaps(window, unknown)
        return rescaled

    def _mask_strip(self, window: Window) -> np.ndarray:
        part = self._lattice.owned(window)
        with self._lock:
            mask = None if part.is_empty else self._scene.asked(part)
        if mask is None:
            return np.full((window.height, window.width), not part.is_empty)
        sums = np.zeros((part.height + 1, part.width + 1), np.int32)
        np.cumsum(mask, axis=0, dtype=np.int32, out=sums[1:, 1:])
        np.cumsum(sums, axis=1, out=sums)
        rows = self._lattice.bounds(window.row, window.height) - part.row
        cols = self._lattice.bounds(window.col, window.width) - part.col
        corners = sums[np.clip(rows, 0, part.height)][:, np.clip(cols, 0, part.width)]
        return np.diff(np.diff(corners, axis=0), axis=1) > 0

    def _keep_gaps(self, window: Window, unknown: np.ndarray) -> None:
        rows, cols = np.nonzero(unknown)
        self._has_gap[(rows + window.row) // BLOCK_PX, (cols + window.col) // BLOCK_PX] = True

    def _kept(self, part: Window, window: Window) -> np.ndarray | None:
        """Return a mask (h, w) bool of the image pixels that may get a label; None: all.

        Args:
            part: window of the image.
            window: window of the lattice that contains the centers of that part.
        """
        row, col, height, width = window.align(BLOCK_PX)
        blocks = Window(*(px // BLOCK_PX for px in (row, col, height, width)))
        has_gap = self._has_gap[blocks.slices].any()
        with self._lock:
            mask = self._scene.asked(part)
            valid = self._scene.read(part).valid if has_gap else None
        if mask is None or valid is None:
            return valid if mask is None else mask
        return mask & valid


def _spread(
    plane: np.ndarray, rows: np.ndarray, cols: np.ndarray, kept: np.ndarray | None
) -> np.ndarray:
    """Return the values at rows and columns of a plane, 0 where `kept` is false."""
    spread = plane[rows[0] : rows[-1] + 1, cols][rows - rows[0]]
    return spread if kept is None else spread * kept
