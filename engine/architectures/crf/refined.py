# SPDX-License-Identifier: GPL-2.0-or-later
"""Refined scores: a network followed by a CRF that sees the network's own image."""

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
    """Return a CRF without weights.

    Args:
        classes: channels of the scores.
        kind: `dense`, over all pairs of pixels, or `local`, which tiles.
        settings: of a dense one, a name of `PRESETS`.
    """
    return LocalCrf(classes) if kind == "local" else DenseCrf(classes, PRESETS[settings])


class WithCrf(nn.Module):
    """A network and its CRF.

    In training mode a CRF without weights is left out: the network learns by its own scores.

    Args:
        unary: maps images (N, bands, H, W) to scores (N, classes, H, W).
        crf: maps these scores and the image to better scores.
    """

    def __init__(self, unary: nn.Module, crf: Crf) -> None:
        super().__init__()
        self.unary, self.crf = unary, crf

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        return self._refined(self.unary(image), image)

    def heads(self, image: Tensor) -> tuple[Head, ...]:
        """Return what a loss looks at: the network's heads, the main one refined."""
        main, *others = training_heads(self.unary, image)
        return (replace(main, scores=self._refined(main.scores, image)), *others)

    def _refined(self, scores: Tensor, image: Tensor) -> Tensor:
        if self.training and not self.crf.is_trained:
            return scores
        return self.crf(scores, image)
