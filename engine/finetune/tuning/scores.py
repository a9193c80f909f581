# SPDX-License-Identifier: GPL-2.0-or-later
"""Classes that a network predicts inside polygons and windows.

A single orientation is scored, without the ceilings of the card, unlike in the labels of a map:
what is compared are networks, and averaging takes its multiple of the time for each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...labeling.predictor import Predictor
from ...labeling.sliding_window import label_scene
from ...protocol import row_named
from ...tiling.grid import padded_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import torch
    from torch import nn

    from ...protocol import ModelCard
    from ...tiling.window import Window
    from ..labels.label_polygon import LabelPolygon
    from .scene import TuningScene

MAX_HALO_PX = 128  # as in validation during training


def scores_at(
    network: nn.Module,
    card: ModelCard,
    scenes: Sequence[TuningScene],
    polygons: Sequence[LabelPolygon],
    device: torch.device,
    *,
    threads: int = 0,
    raise_if_canceled: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """Return the number of pixels of each predicted class in each polygon.

    Only windows around the polygons are read.

    Args:
        network: network in evaluation mode; not modified.
        card: card whose legend has the classes of the network.
        scenes: scenes of the job.
        polygons: polygons to look at.
        device: device of the network.
        threads: number of CPU threads; 0: all.
        raise_if_canceled: callback, called often, that raises to stop.

    Returns:
        Counts (polygons, classes) int64; pixels without values in the inputs do not count.

    Raises:
        InputError: if a block of a file cannot be read.
    """
    classes = len(card.legend)
    windows = [(polygon.scene, polygon.window) for polygon in polygons]
    found = codes_in(
        network,
        card,
        scenes,
        windows,
        device,
        threads=threads,
        raise_if_canceled=raise_if_canceled,
    )
    counts = [
        np.bincount(codes[polygon.mask], minlength=classes + 1)[1:]
        for polygon, codes in zip(polygons, found, strict=True)
    ]
    return np.array(counts, np.int64).reshape(len(polygons), classes)


def codes_in(
    network: nn.Module,
    card: ModelCard,
    scenes: Sequence[TuningScene],
    windows: Sequence[tuple[int, Window]],
    device: torch.device,
    *,
    threads: int = 0,
    raise_if_canceled: Callable[[], None] = lambda: None,
) -> Iterator[np.ndarray]:
    """Yield the predicted class of each pixel of windows, (h, w) uint8, from 1; 0: no values.

    Args:
        network: network in evaluation mode; not modified.
        card: card whose legend has the classes of the network.
        scenes: scenes of the job.
        windows: pairs of the index of a scene and a window of it.
        device: device of the network.
        threads: number of CPU threads; 0: all.
        raise_if_canceled: callback, called often, that raises to stop.

    Raises:
        InputError: if a block of a file cannot be read.
    """
    classes = len(card.legend)
    stride_px, halo_px = row_named(card.architecture).geometry(card.options)
    most_px = padded_size(MAX_HALO_PX, stride_px)
    predictor = Predictor(
        network,
        device,
        codes=range(1, classes + 1),  # 0 is invalid
        stride_px=stride_px,
        halo_px=most_px if halo_px is None else min(most_px, halo_px),
        name=card.name,
    )
    for at, wanted in windows:
        codes = np.zeros((wanted.height, wanted.width), np.uint8)
        scene = scenes[at]

        def keep(
            window: Window,
            part: np.ndarray,
            _: object,
            out: np.ndarray = codes,
            corner: Window = wanted,
        ) -> None:
            out[window.shift(-corner.row, -corner.col).slices] = part

        label_scene(
            scene.read,
            keep,
            predictor,
            scene.height,
            scene.width,
            wanted=wanted,
            threads=threads,
            raise_if_canceled=raise_if_canceled,
        )
        yield codes
