# SPDX-License-Identifier: GPL-2.0-or-later
"""The canvas: the scene while it is being built, seen from straight above.

Coordinates are metres from the upper left corner, x to the right, y downwards. Objects are painted
one by one; where two share a pixel the higher one is seen.
"""

from __future__ import annotations

from math import cos, hypot, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .noise import fractal_noise, smooth_noise

if TYPE_CHECKING:
    from .spectra import Paint

GROUND_BELOW_M = 0.4  # what is lower can be paved over


class Place(NamedTuple):
    """Where an object stands: its center in metres and the direction of its length in radians."""

    x: float
    y: float
    angle: float

    def moved(self, along_m: float, across_m: float) -> Place:
        """Return the place shifted along and across its own direction."""
        c, s = cos(self.angle), sin(self.angle)
        return Place(
            self.x + c * along_m - s * across_m, self.y + s * along_m + c * across_m, self.angle
        )

    def turned(self, radians: float) -> Place:
        """Return the place turned about its center."""
        return self._replace(angle=self.angle + radians)


class Frame(NamedTuple):
    """A window of the canvas in an object's own coordinates, in metres from its center."""

    window: tuple[slice, slice]
    along: np.ndarray  # (h, w) float32
    across: np.ndarray  # (h, w) float32

    def rectangle(self, length_m: float, width_m: float) -> np.ndarray:
        """Return the mask (h, w) of a centered rectangle."""
        return (np.abs(self.along) <= length_m / 2) & (np.abs(self.across) <= width_m / 2)


class Canvas:
    """Arrays of a scene, (H, W) each.

    Args:
        rng: source of the textures.
        size_px: edge of the scene.
        gsd_m: edge of a pixel.
        terrain: (H, W) float32, metres.
    """

    def __init__(
        self, rng: np.random.Generator, size_px: int, gsd_m: float, terrain: np.ndarray
    ) -> None:
        shape = (size_px, size_px)
        self.gsd_m = gsd_m
        self.shape = shape
        self.terrain = terrain
        self.heights = np.zeros(shape, np.float32)  # metres above terrain
        self.labels = np.zeros(shape, np.uint8)
        self.reflectance = np.zeros((3, *shape), np.float32)
        self.is_street = np.zeros(shape, bool)
        self.grain = smooth_noise(rng, shape, 0.15 / gsd_m)
        self.foliage = fractal_noise(rng, shape, 1.1 / gsd_m, 2)
        self.mottle = fractal_noise(rng, shape, 3.0 / gsd_m, 2)
        self.patches = fractal_noise(rng, shape, 16.0 / gsd_m, 3)

    @property
    def extent_m(self) -> float:
        """Edge of the scene in metres."""
        return self.shape[0] * self.gsd_m

    def frame(self, place: Place, radius_m: float) -> Frame | None:
        """Return the window that holds a circle about `place`, or None outside the scene."""
        spans = []
        for center, length in ((place.y, self.shape[0]), (place.x, self.shape[1])):
            first = max(0, int((center - radius_m) / self.gsd_m))
            last = min(length, int((center + radius_m) / self.gsd_m) + 1)
            if first >= last:
                return None
            spans.append(slice(first, last))
        dy, dx = (
            ((np.arange(span.start, span.stop) + 0.5) * self.gsd_m - center).astype(np.float32)
            for span, center in zip(spans, (place.y, place.x), strict=True)
        )
        c, s = np.float32(cos(place.angle)), np.float32(sin(place.angle))
        along = c * dx[None, :] + s * dy[:, None]
        across = c * dy[:, None] - s * dx[None, :]
        return Frame((spans[0], spans[1]), along, across)

    def whole(self) -> Frame:
        """Return the whole canvas as a frame whose axes are x and y in metres."""
        metres = ((np.arange(self.shape[0]) + 0.5) * self.gsd_m).astype(np.float32)
        x, y = np.meshgrid(metres, metres)
        return Frame((slice(None), slice(None)), x, y)

    def rectangle(
        self, place: Place, length_m: float, width_m: float
    ) -> tuple[Frame, np.ndarray] | None:
        """Return the frame and the mask of a rectangle, or None outside the scene."""
        frame = self.frame(place, hypot(length_m, width_m) / 2)
        return (frame, frame.rectangle(length_m, width_m)) if frame else None

    def leveled(self, frame: Frame, heights_m: np.ndarray | float) -> np.ndarray:
        """Return heights above terrain for something built level on sloping ground."""
        ground = self.terrain[frame.window]
        return heights_m + np.float32(np.median(ground)) - ground

    def raise_object(
        self, frame: Frame, mask: np.ndarray, label: int, paint: Paint, heights_m: np.ndarray
    ) -> np.ndarray:
        """Paint an object where it stands above what is there; return the pixels it won."""
        seen = mask & (heights_m > self.heights[frame.window])
        np.copyto(self.heights[frame.window], heights_m, where=seen)
        self.color(frame, seen, label, paint)
        return seen

    def cover_ground(
        self, frame: Frame, mask: np.ndarray, label: int, paint: Paint, height_m: float = 0.0
    ) -> None:
        """Pave or plant the open ground, streets excepted."""
        ground = self.heights[frame.window] < GROUND_BELOW_M
        free = mask & ground & ~self.is_street[frame.window]
        self.heights[frame.window][free] = height_m
        self.color(frame, free, label, paint)

    def color(self, frame: Frame, mask: np.ndarray, label: int, paint: Paint) -> None:
        """Set class and textured reflectance of the pixels in `mask`."""
        here = frame.window
        self.labels[here][mask] = label
        texture = 1 + paint.grain * self.grain[here] + paint.mottle * self.mottle[here]
        for band, level in zip(self.reflectance, paint.spectrum, strict=True):
            np.copyto(band[here], level * texture, where=mask)
