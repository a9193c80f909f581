# SPDX-License-Identifier: GPL-2.0-or-later
"""Validation: the held-out parts, labeled tile by tile and scored.

The tiles are those of labeling, but with a halo of at most 128 px, which keeps validation during
training cheap. Networks with a larger receptive field are slightly better than their scores here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...labeling.predictor import Predictor
from ...labeling.sliding_window import label_scene
from ...metrics import Confusion
from ...protocol import row_named
from ...tiling.grid import padded_size
from .plan import options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import torch
    from torch import nn

    from ...protocol import ModelCard
    from ...tiling.window import Window
    from ..network_input import NetworkInput

MAX_HALO_PX = 128


class HeldOut(NamedTuple):
    """Held-out part of a scene.

    Args:
        scene: network input of the scene.
        truth: class indices in the legend (H, W) uint8 of the whole scene, or `IGNORED`.
        part: window to score.
    """

    scene: NetworkInput
    truth: np.ndarray
    part: Window


class Validation:
    """Scores networks on held-out parts.

    Args:
        parts: held-out parts of all scenes.
        card: card of the model to train.
        device: device of the networks.
        threads: number of CPU threads.
        raise_if_canceled: callback, called often, that raises `JobCanceled` to stop.
    """

    def __init__(
        self,
        parts: Sequence[HeldOut],
        card: ModelCard,
        device: torch.device,
        threads: int,
        raise_if_canceled: Callable[[], None],
    ) -> None:
        self.parts = tuple(parts)
        self._card, self._device, self._threads = card, device, threads
        self._raise_if_canceled = raise_if_canceled

    def confusion_of(self, network: nn.Module, architecture: str) -> Confusion:
        """Return the confusion matrix of a network over all parts.

        Args:
            network: network to score; not modified.
            architecture: name of its architecture.

        Raises:
            JobCanceled: if the job was canceled.
        """
        card, classes = self._card, len(self._card.legend)
        options = options_of(architecture, card.architecture, card.options)
        stride_px, halo_px = row_named(architecture).geometry(options)
        max_halo_px = padded_size(MAX_HALO_PX, stride_px)
        predictor = Predictor(
            network,
            self._device,
            codes=range(1, classes + 1),  # 0 is unlabeled
            stride_px=stride_px,
            halo_px=max_halo_px if halo_px is None else min(max_halo_px, halo_px),
        )
        confusion = Confusion(range(classes))
        for part in self.parts:
            self._feed(confusion, part, predictor)
        return confusion

    def _feed(self, confusion: Confusion, held_out: HeldOut, predictor: Predictor) -> None:
        truth = held_out.truth

        def count(window: Window, codes: np.ndarray, _: object) -> None:
            confusion.feed(truth[window.slices], codes - 1)

        label_scene(
            held_out.scene.read,
            count,
            predictor,
            *truth.shape,
            wanted=held_out.part,
            threads=self._threads,
            raise_if_canceled=self._raise_if_canceled,
        )
