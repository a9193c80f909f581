# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks followed by a CRF on the same image."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor, nn

from ..heads import Head, training_heads
from .dense import DenseCrf
from .local import LocalCrf
from .rnn import CrfRnn
from .settings import PRESETS

Crf = DenseCrf | LocalCrf | CrfRnn


def crf_of(classes: int, kind: str, settings: str) -> DenseCrf | LocalCrf:
    """Return a CRF without trainable weights.

    Args:
        classes: number of classes.
        kind: `dense`, over all pairs of pixels, or `local`, which can be tiled.
        settings: settings of a dense CRF, a key of `PRESETS`.
    """
    return LocalCrf(classes) if kind == "local" else DenseCrf(classes, PRESETS[settings])


class WithCrf(nn.Module):
    """Network followed by a CRF.

    In training mode, a CRF without trainable weights is skipped.

    Args:
        unary: network that maps images (N, bands, H, W) to scores (N, classes, H, W).
        crf: CRF that maps these scores and the images to refined scores.
    """

    def __init__(self, unary: nn.Module, crf: Crf) -> None:
        super().__init__()
        self.unary, self.crf = unary, crf

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        return self._refined(self.unary(image), image)

    def heads(self, image: Tensor) -> tuple[Head, ...]:
        """Return the heads of the network, with the main one refined."""
        main, *others = training_heads(self.unary, image)
        return (replace(main, scores=self._refined(main.scores, image)), *others)

    def _refined(self, scores: Tensor, image: Tensor) -> Tensor:
        if self.training and not self.crf.is_trained:
            return scores
        return self.crf(scores, image)
