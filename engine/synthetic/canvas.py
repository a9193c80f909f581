# SPDX-License-Identifier: GPL-2.0-or-later
"""The canvas: raster layers of a scene under construction, in orthogonal view.

Coordinates are meters from the upper left corner of the scene, x to the right, y downwards. A
canvas covers a window of the scene; objects outside are painted too, without effect. Objects are
painted one by one; where two overlap, the higher one is visible.
"""

from __future__ import annotations

from copy import copy
from enum import Enum
from math import ceil, cos, floor, hypot, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..tiling.window import Window
from .codes import TREE

if TYPE_CHECKING:
    from .conditions import Conditions
    from .footprints import Footprint
    from .noise import NoiseSource
    from .spectra import Paint
    from .terrain import Terrain

GROUND_BELOW_M = 0.4  # objects lower than this count as ground and can be paved over


class Place(NamedTuple):
    """Pose of an object: its center in meters and the direction of its length in radians."""

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


class Box(NamedTuple):
    """An upright rectangle of the ground, in meters."""

    left: float
    top: float
    right: float
    bottom: float


class Frame(NamedTuple):
    """The part of the canvas around an object, in the object's own coordinates.

    Args:
        place: pose of the object.
        window: rows and columns of the canvas, both empty if the object is outside.
        along: distance from the center along the object, (h, w) float32, in meters.
        across: distance from the center across the object, (h, w) float32, in meters.
    """

    place: Place
    window: tuple[slice, slice]
    along: np.ndarray
    across: np.ndarray

    @property
    def is_empty(self) -> bool:
        """Whether the object is outside the canvas."""
        return self.along.size == 0

    def rectangle(
        self, length_m: float, width_m: float, center_m: tuple[float, float] = (0.0, 0.0)
    ) -> np.ndarray:
        """Return the mask (h, w) of a rectangle around a center along and across."""
        along, across = self.along - center_m[0], self.across - center_m[1]
        return (np.abs(along) <= length_m / 2) & (np.abs(across) <= width_m / 2)


class Presence(Enum):
    """Presence of an object in the image and in an older height survey."""

    LASTING = "lasting"
    NEW = "new"  # in the image only
    GONE = "gone"  # in the heights only

    @classmethod
    def draw(cls, rng: np.random.Generator, conditions: Conditions) -> Presence:
        """Return a random presence; `LASTING` if the conditions have no outdated objects."""
        drawn = rng.random()
        if drawn < conditions.outdated_fraction:
            return cls.NEW
        return cls.GONE if drawn > 1 - conditions.outdated_fraction / 3 else cls.LASTING


_ARRAYS = (
    "terrain", "heights", "former_heights", "labels", "ground_labels", "reflectance", "openness",
    "is_street", "grain", "foliage", "mottle", "patches",
)  # fmt: skip
_NO_PIXELS = (slice(0, 0), slice(0, 0))
_EMPTY = np.empty((0, 0), np.float32)


class Canvas:
    """Arrays of a window of a scene, (h, w) each.

    Args:
        textures: noise source of the textures.
        window: window of the scene to cover.
        gsd_m: edge of a pixel in meters.
        terrain: terrain of the scene.
        conditions: season and survey conditions.
    """

    def __init__(
        self,
        textures: NoiseSource,
        window: Window,
        gsd_m: float,
        terrain: Terrain,
        conditions: Conditions,
    ) -> None:
        shape = (window.height, window.width)
        self.gsd_m = gsd_m
        self.conditions = conditions
        self.window = window
        self.shape = shape
        self.terrain = terrain.over(window, gsd_m)
        self.heights = np.zeros(shape, np.float32)  # meters above terrain
        self.former_heights = np.zeros(shape, np.float32)  # at the time of the height survey
        self.labels = np.zeros(shape, np.uint8)
        self.ground_labels = np.zeros(shape, np.uint8)  # classes below tree crowns
        self.reflectance = np.zeros((3, *shape), np.float32)
        self.openness = np.zeros(shape, np.float32)
        self.is_street = np.zeros(shape, bool)
        self.grain = textures.child("grain").smooth(window, 0.15 / gsd_m)
        self.foliage = textures.child("foliage").fractal(window, 1.1 / gsd_m, 2)
        self.mottle = textures.child("mottle").fractal(window, 3.0 / gsd_m, 2)
        self.patches = textures.child("patches").fractal(window, 16.0 / gsd_m, 3)
        self.footprints: list[Footprint] = []  # shared by the parts of the canvas
        self._terrain_at = terrain.at

    @property
    def box(self) -> Box:
        """Extent of the canvas on the ground."""
        rows, columns = self.window.slices
        return Box(
            *(px * self.gsd_m for px in (columns.start, rows.start, columns.stop, rows.stop))
        )

    def part(self, box: Box) -> Canvas | None:
        """Return the part within a box as a view of the same pixels; None if it is outside.

        Painting on the part is clipped at the box.
        """
        top, left = floor(box.top / self.gsd_m), floor(box.left / self.gsd_m)
        bottom, right = ceil(box.bottom / self.gsd_m), ceil(box.right / self.gsd_m)
        window = self.window.intersect(Window(top, left, bottom - top, right - left))
        if window.is_empty:
            return None
        here = (..., *window.shift(-self.window.row, -self.window.col).slices)
        part = copy(self)
        part.window, part.shape = window, (window.height, window.width)
        for name in _ARRAYS:
            setattr(part, name, getattr(self, name)[here])
        return part

    def frame(self, place: Place, radius_m: float) -> Frame:
        """Return the part of the canvas that holds a circle around `place`; empty if outside."""
        spans = []
        for center, seen in zip((place.y, place.x), self.window.slices, strict=True):
            first = max(seen.start, floor((center - radius_m) / self.gsd_m))
            last = min(seen.stop, floor((center + radius_m) / self.gsd_m) + 1)
            if first >= last:
                return Frame(place, _NO_PIXELS, _EMPTY, _EMPTY)
            spans.append((first, last))
        dy, dx = (
            ((np.arange(first, last) + 0.5) * self.gsd_m - center).astype(np.float32)
            for (first, last), center in zip(spans, (place.y, place.x), strict=True)
        )
        c, s = np.float32(cos(place.angle)), np.float32(sin(place.angle))
        along = c * dx[None, :] + s * dy[:, None]
        across = c * dy[:, None] - s * dx[None, :]
        rows, columns = (
            slice(first - seen.start, last - seen.start)
            for (first, last), seen in zip(spans, self.window.slices, strict=True)
        )
        return Frame(place, (rows, columns), along, across)

    def axes(self) -> tuple[np.ndarray, np.ndarray]:
        """Return x (1, w) and y (h, 1) of the pixel centers, float64, in meters."""
        y, x = (
            (np.arange(seen.start, seen.stop) + 0.5) * self.gsd_m for seen in self.window.slices
        )
        return x[None, :], y[:, None]

    def whole(self) -> Frame:
        """Return the whole canvas as a frame whose axes are x and y in meters."""
        x, y = (np.broadcast_to(axis.astype(np.float32), self.shape) for axis in self.axes())
        return Frame(Place(0, 0, 0), (slice(None), slice(None)), x, y)

    def rectangle(self, place: Place, length_m: float, width_m: float) -> tuple[Frame, np.ndarray]:
        """Return the frame and the mask of a rectangle; empty if outside."""
        frame = self.frame(place, hypot(length_m, width_m) / 2)
        return frame, frame.rectangle(length_m, width_m)

    def leveled(
        self, frame: Frame, heights_m: np.ndarray | float, base: Place | None = None
    ) -> np.ndarray:
        """Return the heights above terrain of an object that is level on sloping ground.

        Args:
            frame: frame of the object.
            heights_m: heights above the object's base, (h, w) or a scalar, in meters.
            base: position where the object meets the ground; by default its own place.
        """
        if frame.is_empty:
            return _EMPTY
        base = base or frame.place
        level = self._terrain_at(base.x, base.y)
        return heights_m + level - self.terrain[frame.window]

    def raise_object(
        self,
        frame: Frame,
        mask: np.ndarray,
        label: int,
        paint: Paint,
        heights_m: np.ndarray,
        presence: Presence = Presence.LASTING,
    ) -> np.ndarray:
        """Paint an object where it is higher than the canvas; return the mask of these pixels."""
        if frame.is_empty:
            return mask
        if presence is not Presence.NEW:
            former = self.former_heights[frame.window]
            np.copyto(former, heights_m, where=mask & (heights_m > former))
        if presence is Presence.GONE:
            return np.zeros_like(mask)
        seen = mask & (heights_m > self.heights[frame.window])
        np.copyto(self.heights[frame.window], heights_m, where=seen)
        self.color(frame, seen, label, paint)
        return seen

    def cover_ground(
        self, frame: Frame, mask: np.ndarray, label: int, paint: Paint, height_m: float = 0.0
    ) -> None:
        """Cover the open ground, except streets."""
        if frame.is_empty:
            return
        ground = self.heights[frame.window] < GROUND_BELOW_M
        free = mask & ground & ~self.is_street[frame.window]
        self.heights[frame.window][free] = height_m
        former = self.former_heights[frame.window]
        former[free & (former < GROUND_BELOW_M)] = height_m
        self.color(frame, free, label, paint)

    def color(self, frame: Frame, mask: np.ndarray, label: int, paint: Paint) -> None:
        """Set class and textured reflectance of the pixels in `mask`."""
        if frame.is_empty:
            return
        here = frame.window
        self.labels[here][mask] = label
        if label != TREE:
            self.ground_labels[here][mask] = label
        self.openness[here][mask] = paint.openness
        texture = 1 + paint.grain * self.grain[here] + paint.mottle * self.mottle[here]
        for band, level in zip(self.reflectance, paint.spectrum, strict=True):
            np.copyto(band[here], level * texture, where=mask)
