# SPDX-License-Identifier: GPL-2.0-or-later
"""Views: synthetic scenes as normalized network input with classes, as in labeling."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from affine import Affine
from rasterio.crs import CRS
from scipy.ndimage import maximum_filter

from ..metrics import IGNORED
from ..raster.grid import RasterGrid
from ..raster.normalize import measure_band_ranges, normalize
from ..raster.reader import Chip
from ..raster.rescale import Taps, rescale_chip
from ..synthetic.codes import BUILDING, CAR, CLUTTER, IMPERVIOUS, LOW_VEGETATION, TREE
from ..synthetic.trees import TREE_FROM_M
from .degrade import cut_edge, estimate_ground_under, find_ground

if TYPE_CHECKING:
    from ..protocol import Legend, Normalization
    from ..synthetic import Scene
    from ..tiling.window import Window

SEEN_THROUGH_BELOW_M = 0.5
CROWN_REACH_M = 0.6  # lateral error of laser pulses and of surfaces from image matching
GAIN_JITTER = 0.06  # relative error of the gain of NIR, which small parts of an image measure worse
RANGE_JITTER = 0.06  # relative to the stretch: percentiles differ between areas of an image


class View(NamedTuple):
    """Network input of one scene with its classes.

    Args:
        channels: normalized channels (C, H, W) float16; 0 where invalid.
        classes: class indices in the legend (H, W) uint8, or `IGNORED`.
    """

    channels: np.ndarray
    classes: np.ndarray


class _ArrayRaster:
    """Raster in memory with the interface that `measure_band_ranges` needs."""

    def __init__(self, bands: np.ndarray, valid: np.ndarray, gsd_m: float) -> None:
        self._bands, self._valid = bands, valid
        self.has_mixed_types = False
        self.grid = RasterGrid(CRS.from_epsg(25832), Affine.scale(gsd_m, -gsd_m), *valid.shape)

    def read(self, window: Window) -> Chip:
        return Chip(self._bands[(slice(None), *window.slices)], None, self._valid[window.slices])


class InputSpec(NamedTuple):
    """Input specification of a network.

    Args:
        legend: classes of the network.
        normalization: normalization of raw values.
        gsd_m: GSD of the input in meters; None: that of the scene.
        with_heights: whether heights are an input channel.
    """

    legend: Legend
    normalization: Normalization
    gsd_m: float | None = None
    with_heights: bool = True


def training_view(rng: np.random.Generator, scene: Scene, spec: InputSpec) -> View:
    """Return a view of a scene with a random ground, survey border and stretch."""
    heights = scene.dsm - find_ground(rng, scene.dsm, scene.dtm, scene.gsd_m)
    valid = cut_edge(rng, scene.labels.shape)
    together = spec.normalization.stretch_together
    ranges = _band_ranges(scene, valid, spec.normalization)
    jitter = RANGE_JITTER * rng.standard_normal((1 if together else len(ranges), 2))
    ranges = tuple(
        (low + (high - low) * by[0], high + (high - low) * by[1])
        for (low, high), by in zip(ranges, np.broadcast_to(jitter, (len(ranges), 2)), strict=True)
    )
    if spec.normalization.balance_nir:
        error = float(np.exp(GAIN_JITTER * rng.standard_normal()))
        ranges = ((ranges[0][0] * error, ranges[0][1] * error), *ranges[1:])
    return _view(scene, heights, valid, ranges, spec)


def clean_view(scene: Scene, spec: InputSpec, *, estimate_ground: bool) -> View:
    """Return a view of a whole scene with the ground of its DTM, or estimated from its DSM."""
    valid = np.ones(scene.labels.shape, bool)
    ground = estimate_ground_under(scene.dsm, scene.gsd_m) if estimate_ground else scene.dtm
    ranges = _band_ranges(scene, valid, spec.normalization)
    return _view(scene, scene.dsm - ground, valid, ranges, spec)


def labels_by_heights(scene: Scene) -> np.ndarray:
    """Return labels (H, W) uint8 that agree with the measured heights at tree crowns.

    Where the survey measured the ground through a crown, the label is that of the ground; where it
    measured the crown beyond its edge, the label is tree, as in classified LiDAR points. Where
    heights were smoothed, crowns reach far beyond their edges, and the image decides.
    """
    height_m = scene.dsm - scene.dtm
    is_crown = scene.labels == TREE
    is_seen_through = is_crown & (height_m < SEEN_THROUGH_BELOW_M)
    labels = np.where(is_seen_through, scene.ground_labels, scene.labels)
    if scene.has_smooth_heights:
        return labels
    reach_px = max(1, round(CROWN_REACH_M / scene.gsd_m))
    is_at_crown, is_at_thing = (
        maximum_filter(here, size=2 * reach_px + 1)
        for here in (is_crown, np.isin(scene.labels, (BUILDING, CAR, CLUTTER)))
    )
    is_ground = np.isin(scene.labels, (IMPERVIOUS, LOW_VEGETATION))
    is_crown_beyond = is_at_crown & ~is_at_thing & is_ground & (height_m >= TREE_FROM_M)
    return np.where(is_crown_beyond, np.uint8(TREE), labels)


def _band_ranges(
    scene: Scene, valid: np.ndarray, normalization: Normalization
) -> tuple[tuple[float, float], ...]:
    """Return black and white points, measured on the pixels of the scene as in labeling."""
    raster = _ArrayRaster(scene.image.astype(np.float32), valid, scene.gsd_m)
    return measure_band_ranges(raster, normalization)


def _view(
    scene: Scene,
    heights: np.ndarray,
    valid: np.ndarray,
    ranges: tuple[tuple[float, float], ...],
    spec: InputSpec,
) -> View:
    chip = Chip(scene.image.astype(np.float32), heights if spec.with_heights else None, valid)
    labels = labels_by_heights(scene) if spec.with_heights else scene.labels
    if spec.gsd_m is not None:
        chip, labels = _resampled(chip, labels, spec.gsd_m / scene.gsd_m)
    channels = normalize(*chip, spec.normalization, ranges)
    index_of = np.full(256, IGNORED, np.uint8)
    index_of[list(spec.legend.codes)] = np.arange(len(spec.legend))
    classes = np.where(chip.valid, index_of[labels], np.uint8(IGNORED))
    return View(channels.astype(np.float16), classes)


def _resampled(chip: Chip, labels: np.ndarray, scale: float) -> tuple[Chip, np.ndarray]:
    """Return a scene and its labels (h, w) uint8, resampled as in labeling.

    Args:
        chip: image, heights and validity of the scene.
        labels: labels of its pixels.
        scale: edge of a new pixel in pixels of the scene.
    """
    lengths = [round(length / scale) for length in labels.shape]
    rows, cols = (
        Taps.along(0, length, scale, source)
        for length, source in zip(lengths, labels.shape, strict=True)
    )
    resampled, _ = rescale_chip(chip, rows, cols)
    return resampled, labels[np.ix_(rows.nearest, cols.nearest)]
