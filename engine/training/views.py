# SPDX-License-Identifier: GPL-2.0-or-later
"""Views: scenes as a network gets them, by the very normalization that labeling uses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from affine import Affine
from rasterio.crs import CRS

from ..evaluation import IGNORED
from ..raster.grid import RasterGrid
from ..raster.normalize import measure_band_ranges, normalize
from ..raster.reader import Chip
from ..raster.rescale import Taps, rescale
from ..scenes.codes import TREE
from .degrade import cut_edge, estimate_ground_under, find_ground

if TYPE_CHECKING:
    from ..protocol import Legend, Normalization
    from ..scenes import Scene
    from ..tiling.window import Window

SEEN_THROUGH_BELOW_M = 0.5
RANGE_JITTER = 0.06  # of the stretch: another area of the same image has other percentiles


class View(NamedTuple):
    """One scene, ready to be learned from or labeled.

    Args:
        channels: (C, H, W) float16, normalized; 0 where invalid.
        classes: (H, W) uint8, index of the class in the legend, or `IGNORED`.
    """

    channels: np.ndarray
    classes: np.ndarray


class _InMemory:
    """A raster in memory that can be measured like one on disk."""

    def __init__(self, bands: np.ndarray, valid: np.ndarray, gsd_m: float) -> None:
        self._bands, self._valid = bands, valid
        self.grid = RasterGrid(CRS.from_epsg(25832), Affine.scale(gsd_m, -gsd_m), *valid.shape)

    def read(self, window: Window) -> Chip:
        return Chip(self._bands[(slice(None), *window.slices)], None, self._valid[window.slices])


def training_view(
    rng: np.random.Generator, scene: Scene, legend: Legend, normalization: Normalization
) -> View:
    """Return a view of a scene whose ground, edges and stretch are drawn anew by `rng`.

    A crown counts as a tree where the survey met it; where it saw the ground, the ground counts, as
    in the classes of LiDAR points. So labels keep to what the heights show.
    """
    bands = scene.image.astype(np.float32)
    heights = scene.dsm - find_ground(rng, scene.dsm, scene.dtm, scene.gsd_m)
    valid = cut_edge(rng, scene.labels.shape)
    ranges = measure_band_ranges(_InMemory(bands, valid, scene.gsd_m), normalization)
    draws = 1 if normalization.stretch_together else len(ranges)
    jitter = np.broadcast_to(RANGE_JITTER * rng.standard_normal((draws, 2)), (len(ranges), 2))
    ranges = tuple(
        (low + (high - low) * by[0], high + (high - low) * by[1])
        for (low, high), by in zip(ranges, jitter, strict=True)
    )
    return _view(bands, heights, valid, _labels_met(scene), legend, normalization, ranges)


def enlarged(scene: Scene, gsd_m: float) -> Scene:
    """Return a coarse scene on finer pixels, interpolated as labeling does it."""
    scale = gsd_m / scene.gsd_m
    lengths = [round(length / scale) for length in scene.labels.shape]
    rows, cols = (
        Taps.along(0, length, scale, source)
        for length, source in zip(lengths, scene.labels.shape, strict=True)
    )
    planes = [*scene.image.astype(np.float32), scene.dsm.copy(), scene.dtm.copy()]
    means, _ = rescale(planes, np.ones(scene.labels.shape, bool), rows, cols)
    nearest = np.ix_(*(((np.arange(length) + 0.5) * scale).astype(int) for length in lengths))
    return replace(
        scene,
        gsd_m=gsd_m,
        image=means[:-2],
        dsm=means[-2],
        dtm=means[-1],
        labels=scene.labels[nearest],
        ground_labels=scene.ground_labels[nearest],
    )


def _labels_met(scene: Scene) -> np.ndarray:
    """Return labels (H, W) uint8 with the ground where the heights show it through crowns."""
    is_seen_through = (scene.labels == TREE) & (scene.dsm - scene.dtm < SEEN_THROUGH_BELOW_M)
    return np.where(is_seen_through, scene.ground_labels, scene.labels)


def clean_view(
    scene: Scene, legend: Legend, normalization: Normalization, *, estimate_ground: bool
) -> View:
    """Return a view of a scene as it is; the ground is its DTM, or estimated from its DSM."""
    bands, valid = scene.image.astype(np.float32), np.ones(scene.labels.shape, bool)
    ground = estimate_ground_under(scene.dsm, scene.gsd_m) if estimate_ground else scene.dtm
    ranges = measure_band_ranges(_InMemory(bands, valid, scene.gsd_m), normalization)
    labels = _labels_met(scene)
    return _view(bands, scene.dsm - ground, valid, labels, legend, normalization, ranges)


def _view(
    bands: np.ndarray,
    heights: np.ndarray,
    valid: np.ndarray,
    labels: np.ndarray,
    legend: Legend,
    normalization: Normalization,
    ranges: tuple[tuple[float, float], ...],
) -> View:
    channels = normalize(bands, heights, valid, normalization, ranges)
    index_of = np.full(256, IGNORED, np.uint8)
    index_of[list(legend.codes)] = np.arange(len(legend))
    classes = np.where(valid, index_of[labels], np.uint8(IGNORED))
    return View(channels.astype(np.float16), classes)
