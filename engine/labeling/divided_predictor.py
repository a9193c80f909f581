# SPDX-License-Identifier: GPL-2.0-or-later
"""Prediction that continues in smaller pieces when memory runs out.

A batch is halved until it is one tile, and the core of a tile is halved until it has the size of
the network's stride. A piece has the full halo, so its labels are those of the tile. If that is not
enough on a graphics card, the network is moved to the processor. Each step is told once, and holds
for the rest of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..process.device import available_threads
from ..process.memory import free_unused_memory
from ..process.out_of_memory import is_out_of_memory
from ..tiling.grid import padded_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..architectures.core import Core
    from .predictor import Predictor

    Labels = tuple[np.ndarray, np.ndarray | None]

RAN_OUT = {
    True: "The graphics card ran out of memory: {instead}.",
    False: "The computer ran out of memory: {instead}.",
}
FEWER = "smaller batches of tiles are computed"
SMALLER = "tiles are computed in parts, which gives the same labels and takes longer"
ON_PROCESSOR = "the rest is computed on the processor, which takes longer"


@dataclass(frozen=True)
class _Piece:
    """A batch of windows with their core.

    Args:
        images: (N, C, H, W) float32.
        core: rows and columns of the core within the windows.
    """

    images: np.ndarray
    core: Core

    @property
    def size_px(self) -> int:
        """Number of pixels of all windows."""
        return len(self.images) * self.images.shape[2] * self.images.shape[3]

    def halves(self, stride_px: int, halo_px: int | None) -> _Halves | None:
        """Return two halves as views, or None for a smallest piece.

        Args:
            stride_px: coarsest stride of the network.
            halo_px: context of a core; None: the whole window.
        """
        count = len(self.images)
        if count > 1:
            first, second = self.images[: count // 2], self.images[count // 2 :]
            return _Halves((_Piece(first, self.core), _Piece(second, self.core)), 0)
        lengths = [span.stop - span.start for span in self.core]
        axis = int(lengths[1] > lengths[0])
        span = self.core[axis]
        middle = padded_size((span.start + span.stop) // 2, stride_px)
        if halo_px is None or not span.start < middle < span.stop:
            return None
        spans = slice(span.start, middle), slice(middle, span.stop)
        low, high = (self._cut(axis, each, stride_px, halo_px) for each in spans)
        return _Halves((low, high), axis + 1)

    def _cut(self, axis: int, span: slice, stride_px: int, halo_px: int) -> _Piece:
        """Return the piece with a part of the core and its context along an axis of the core."""
        length_px = self.images.shape[2 + axis]
        start = max(0, span.start // stride_px * stride_px - halo_px)
        stop = min(length_px, padded_size(span.stop, stride_px) + halo_px)
        kept = [slice(None)] * 4
        kept[2 + axis] = slice(start, stop)
        core = list(self.core)
        core[axis] = slice(span.start - start, span.stop - start)
        return _Piece(self.images[tuple(kept)], (core[0], core[1]))


@dataclass(frozen=True)
class _Halves:
    """Two halves of a piece, and the axis of the labels (N, h, w) along which they are joined."""

    pieces: tuple[_Piece, _Piece]
    axis: int


class DividedPredictor:
    """Predictor that divides batches and tiles for which there is not enough memory; thread-safe.

    Args:
        predictor: predictor of the model.
        warn: callback for a sentence about each step.
    """

    def __init__(self, predictor: Predictor, warn: Callable[[str], None]) -> None:
        self._predictor, self._warn = predictor, warn
        self._most_px: float = float("inf")  # windows of this size did not fit
        self._told: set[str] = set()
        self._lock = Lock()

    def codes_and_confidence(
        self, batch: np.ndarray, core: Core, *, with_confidence: bool = True
    ) -> Labels:
        """Return codes and confidence of the core of windows; see `Predictor`.

        Raises:
            RuntimeError: if memory ran out for the smallest piece, in torch.
            MemoryError: if it ran out for that piece elsewhere.
            ModelError: if a score is NaN or infinite.
        """
        return self._labels(_Piece(batch, core), with_confidence)

    def _labels(self, piece: _Piece, with_confidence: bool) -> Labels:
        halves = piece.halves(self._predictor.stride_px, self._predictor.halo_px)
        if halves is None or piece.size_px < self._most_px:
            found = self._tried(piece, with_confidence)
            if isinstance(found, tuple):
                return found
            free_unused_memory()
            if halves is None:
                self._move_to_processor(found)
                return self._labels(piece, with_confidence)
            self._most_px = min(self._most_px, piece.size_px)
        self._tell(FEWER if halves.axis == 0 else SMALLER)
        return _joined([self._labels(each, with_confidence) for each in halves.pieces], halves.axis)

    def _tried(self, piece: _Piece, with_confidence: bool) -> Labels | BaseException:
        """Return the labels, or the exception if memory ran out, without what it refers to."""
        try:
            return self._predictor.codes_and_confidence(
                piece.images, piece.core, with_confidence=with_confidence
            )
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            return error.with_traceback(None)  # its frames hold the maps

    def _move_to_processor(self, failure: BaseException) -> None:
        """Compute on the processor from now on.

        Raises:
            BaseException: the given one, if the network is on the processor already.
        """
        with self._lock:
            if self._predictor.device.type == "cpu":
                raise failure
            self._tell(ON_PROCESSOR)
            self._predictor.move_to_processor()
            self._most_px = float("inf")
            torch.set_num_threads(available_threads())

    def _tell(self, instead: str) -> None:
        if instead not in self._told:
            self._told.add(instead)
            on_card = self._predictor.device.type != "cpu"
            self._warn(RAN_OUT[on_card].format(instead=instead))


def _joined(labels: list[Labels], axis: int) -> Labels:
    """Return the labels (N, h, w) of two halves as one."""
    codes = np.concatenate([codes for codes, _ in labels], axis)
    percents = [percent for _, percent in labels if percent is not None]
    return codes, np.concatenate(percents, axis) if percents else None
