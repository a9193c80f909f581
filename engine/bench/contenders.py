# SPDX-License-Identifier: GPL-2.0-or-later
"""Inference methods to compare: the same weights on the same image.

MONAI's sliding window represents the blending of overlapping windows, the most common method.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..architectures import Padded
from ..architectures.core import whole
from ..labeling.predictor import Ceilings, Predictor
from ..labeling.sliding_window import label_scene
from ..protocol import row_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tiling.window import Window
    from .benchmark_input import BenchmarkInput

WINDOW_PX = 256  # window size for MONAI
WINDOWS_AT_ONCE = 4


def ours(loaded: BenchmarkInput) -> np.ndarray:
    """Return the codes (H, W) uint8 of Orthoscribe's tiled inference, from memory to memory.

    Like the others, it scores a single orientation of the image.
    """
    card = replace(loaded.card, averaged_turns=1)
    predictor = Predictor.from_card(card, loaded.network, torch.device("cpu"))
    return label_in_memory(loaded, predictor)


def label_in_memory(loaded: BenchmarkInput, predictor: Predictor) -> np.ndarray:
    """Return the codes (H, W) uint8 of tiled inference without reading or writing files."""
    height, width = loaded.valid.shape
    codes = np.empty((height, width), np.uint8)

    def read(window: Window) -> tuple[np.ndarray, np.ndarray]:
        return loaded.image[(slice(None), *window.slices)], loaded.valid[window.slices]

    def write(window: Window, part: np.ndarray, _: np.ndarray | None) -> None:
        codes[window.slices] = part

    label_scene(read, write, predictor, height, width)
    return codes


def whole_image(loaded: BenchmarkInput) -> np.ndarray:
    """Return the codes (H, W) uint8 of the unfolded network on the whole image."""
    network = Padded(
        loaded.network, row_named(loaded.card.architecture).geometry(loaded.card.options).stride_px
    )
    with torch.inference_mode():
        return _codes(loaded, network(torch.from_numpy(loaded.image)[None]))


def monai(loaded: BenchmarkInput, overlap: float, mode: str) -> np.ndarray:
    """Return the codes (H, W) uint8 of MONAI's sliding window inference."""
    from monai.inferers import sliding_window_inference  # noqa: PLC0415 - may be absent

    with torch.inference_mode():
        scores = sliding_window_inference(
            torch.from_numpy(loaded.image)[None],
            WINDOW_PX,
            WINDOWS_AT_ONCE,
            loaded.network,
            overlap=overlap,
            mode=mode,
        )
        return _codes(loaded, scores)


CONTENDERS: dict[str, Callable[[BenchmarkInput], np.ndarray]] = {
    "Orthoscribe, tiled": ours,
    "whole image, eager": whole_image,
    "MONAI, overlap 0.25, constant": lambda loaded: monai(loaded, 0.25, "constant"),
    "MONAI, overlap 0.5, gaussian": lambda loaded: monai(loaded, 0.5, "gaussian"),
}


def is_installed(name: str) -> bool:
    """Return whether the package of a method is installed."""
    return not name.startswith("MONAI") or find_spec("monai") is not None


def _codes(loaded: BenchmarkInput, scores: torch.Tensor) -> np.ndarray:
    image = torch.from_numpy(loaded.image)[None]
    with torch.inference_mode():
        Ceilings.from_card(loaded.card).lower(scores, image, whole(image))
    codes = np.array(loaded.card.legend.codes, np.uint8)[scores[0].argmax(0).numpy()]
    return np.where(loaded.valid, codes, 0)
