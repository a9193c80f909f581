# SPDX-License-Identifier: GPL-2.0-or-later
"""Sliding window: label a scene or a part of it in tiles, with the same result as in one piece.

The scene is padded with zeros at the bottom and right to a multiple of the network's stride.
Memory depends on the size of a tile, not of the scene, and time on the part to label.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from ..process.allocator import Trimming
from ..process.device import available_threads
from ..protocol import NODATA
from ..tiling.grid import Tile, padded_size, plan_tiles
from ..tiling.window import Window
from .divided_predictor import DividedPredictor
from .pipeline import Pipeline
from .schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .predictor import Predictor

TRIM_EVERY = 8  # batches; often enough to bound memory, with negligible overhead

Read = Callable[[Window], tuple[np.ndarray, np.ndarray]]
Write = Callable[[Window, np.ndarray, "np.ndarray | None"], None]


class TileBatch(NamedTuple):
    """Tiles with windows and cores of equal shape, and their input."""

    tiles: tuple[Tile, ...]
    images: np.ndarray  # (N, C, H, W) float32
    valid: np.ndarray  # (N, h, w) bool, mask of the cores


class Labels(NamedTuple):
    """Class codes and confidence of a batch."""

    tiles: tuple[Tile, ...]
    codes: np.ndarray  # (N, h, w) uint8
    confidence: np.ndarray | None  # (N, h, w) uint8, percent


def label_scene(
    read: Read,
    write: Write,
    predictor: Predictor,
    height: int,
    width: int,
    *,
    wanted: Window | None = None,
    part: Window | None = None,
    tile_size_px: int = 0,
    batch_size: int = 1,
    threads: int = 0,
    schedule: Schedule | None = None,
    with_confidence: bool = False,
    done: int = 0,
    warn: Callable[[str], None] = lambda _sentence: None,
    on_batch: Callable[[], None] = lambda: None,
    on_progress: Callable[[float], None] = lambda _fraction: None,
    raise_if_canceled: Callable[[], None] = lambda: None,
) -> None:
    """Label a scene or a part of it.

    Args:
        read: function that returns the input (C, h, w) float32 of a window of the scene, and the
            mask (h, w) bool of pixels to label, with the halo; called in its own thread.
        write: function of a window of the scene, its codes (h, w) uint8 and its confidence (h, w)
            uint8 in percent, or None; called in its own thread. The windows cover `wanted` once,
            row by row. Pixels outside the mask have code 0 and confidence 0.
        predictor: predictor of the model.
        height: number of rows of the scene.
        width: number of columns of the scene.
        wanted: window of the scene to label as in a run over all of it; None: the whole scene.
        part: window of `wanted` whose tiles are labeled, see `plan_tiles`; None: all tiles.
        tile_size_px: edge of a tile without its halo; 0: automatic.
        batch_size: number of tiles in a batch.
        threads: number of CPU threads for computing; 0: all.
        schedule: schedule of the run; None: that of `schedule_of`.
        with_confidence: whether to compute the confidence.
        done: number of batches that were written before, by a run with tiles of the same size.
        warn: callback for a sentence where memory ran out, called in the computing threads.
        on_batch: callback after the last window of a batch, called in the thread of `write`.
        on_progress: callback for the fraction written, 0..1, called in this thread.
        raise_if_canceled: callback that raises to stop, called in this thread all the time.

    Raises:
        BaseException: the first exception of any callable, after all threads ended.
    """
    wanted = wanted or Window(0, 0, height, width)
    schedule = schedule or schedule_of(predictor, part or wanted, tile_size_px, threads)
    plan = _plan(predictor, height, width, schedule.core_px, wanted, part)
    batches = list(_batches(plan, batch_size))
    pipeline = Pipeline(
        lambda tiles: _load(read, tiles, height, width),
        partial(_label, DividedPredictor(predictor, warn), with_confidence=with_confidence),
        lambda labels: _write(write, labels, on_batch),
        workers=schedule.workers,
        prepare=lambda: torch.set_num_threads(schedule.threads),
    )
    with _threads_kept(), predictor.interruptible(pipeline.raise_if_stopped):
        pipeline.run(batches[done:], _watch(len(batches), done, on_progress, raise_if_canceled))


def _watch(
    count: int,
    done: int,
    on_progress: Callable[[float], None],
    raise_if_canceled: Callable[[], None],
) -> Callable[[int], None]:
    """Return the callback of the pipeline, a function of the number of batches it has written."""
    trimming = Trimming(TRIM_EVERY)

    def watch(written: int) -> None:
        raise_if_canceled()
        trimming.feed(written)
        on_progress(min(1.0, (done + written) / count))

    return watch


@contextmanager
def _threads_kept() -> Iterator[None]:
    """Restore PyTorch's number of threads at the end."""
    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)


def schedule_of(predictor: Predictor, wanted: Window, tile_size_px: int, threads: int) -> Schedule:
    """Return the schedule of `label_scene` for a part of a scene."""
    covered = wanted.align(predictor.stride_px)
    if predictor.halo_px is None:
        tile_size_px = max(covered.height, covered.width)
    is_cpu = predictor.device.type == "cpu"
    return Schedule.plan(
        covered.height,
        covered.width,
        stride_px=predictor.stride_px,
        tile_size_px=tile_size_px,
        threads=(threads or available_threads()) if is_cpu else 1,
    )


def _plan(
    predictor: Predictor,
    height: int,
    width: int,
    core_px: int,
    wanted: Window,
    part: Window | None,
) -> Iterator[Tile]:
    """Return the tiles; each has the whole scene as its window if the network needs it."""
    halo_px, stride_px = predictor.halo_px, predictor.stride_px
    if halo_px is None:
        halo_px = padded_size(max(height, width), stride_px)
    return plan_tiles(
        height,
        width,
        core_px=core_px,
        stride_px=stride_px,
        halo_px=halo_px,
        wanted=wanted,
        part=part,
    )


def _batches(plan: Iterator[Tile], batch_size: int) -> Iterator[tuple[Tile, ...]]:
    """Yield neighboring tiles of one shape, at most `batch_size` at a time."""
    for _, alike in groupby(plan, _shape):
        tiles = tuple(alike)
        for start in range(0, len(tiles), batch_size):
            yield tiles[start : start + batch_size]


def _shape(tile: Tile) -> tuple[Window, int, int]:
    """Return the core relative to its window, and the window's size."""
    core = tile.core.shift(-tile.window.row, -tile.window.col)
    return core, tile.window.height, tile.window.width


def _load(read: Read, tiles: tuple[Tile, ...], height: int, width: int) -> TileBatch:
    images, valid = [], []
    for core, window in tiles:
        image, known = read(window.clip(height, width))
        images.append(_padded(image, window))
        valid.append(known[core.shift(-window.row, -window.col).slices])
    together = images[0][None] if len(images) == 1 else np.stack(images)
    return TileBatch(tiles, together, np.stack(valid))


def _padded(image: np.ndarray, window: Window) -> np.ndarray:
    """Return an image (C, h, w) padded with zeros to the size of its window."""
    if image.shape[1:] == (window.height, window.width):
        return image
    padded = np.zeros((len(image), window.height, window.width), np.float32)
    padded[:, : image.shape[1], : image.shape[2]] = image
    return padded


def _label(predictor: DividedPredictor, batch: TileBatch, *, with_confidence: bool) -> Labels:
    """Return the labels of a batch; skip the network if no pixel is valid."""
    if not batch.valid.any():
        nothing = np.full(batch.valid.shape, NODATA, np.uint8)
        return Labels(batch.tiles, nothing, np.zeros_like(nothing) if with_confidence else None)
    core, _, _ = _shape(batch.tiles[0])
    codes, confidence = predictor.codes_and_confidence(
        batch.images, core.slices, with_confidence=with_confidence
    )
    codes[~batch.valid] = NODATA
    if confidence is not None:
        confidence[~batch.valid] = 0
    return Labels(batch.tiles, codes, confidence)


def _write(write: Write, labels: Labels, on_batch: Callable[[], None]) -> None:
    for index, tile in enumerate(labels.tiles):
        confidence = labels.confidence
        write(tile.core, labels.codes[index], None if confidence is None else confidence[index])
    on_batch()
