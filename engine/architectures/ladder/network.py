# SPDX-License-Identifier: GPL-2.0-or-later
"""The ladder: a classifier's maps read from the coarsest back to the finest.

A context layer reads the coarsest tap of a trunk; each transition up then blends in the next finer
tap. In training an auxiliary loss reads the context itself, at the coarsest resolution.

    I. Kreso, S. Segvic, J. Krapac, Ladder-Style DenseNets for Semantic Segmentation of Large
    Natural Images, ICCV Workshops 2017, Section 3 and Fig. 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from ..blocks import score_layer
from ..enlarging import enlarge_centered
from ..heads import Head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..backbones.densenet import DenseNetTrunk
    from ..backbones.resnet import ResNetTrunk
    from ..enlarging import Enlarge
    from .context import Context, Pyramid
    from .transition_up import TransitionUp, TransitionUpReleased

MAIN_WEIGHT, AUXILIARY_WEIGHT = 0.7, 0.3  # of the losses


class Ladder(nn.Module):
    """Trunk down, context, transitions up, scores.

    Args:
        trunk: gives taps from fine to coarse.
        context: reads the coarsest tap.
        ups: blend in the finest taps, as many as there are, the coarsest of them first; the
            taps between them and the coarsest one are not read again.
        classes: channels of the scores.
        auxiliary: train on scores of the context, too.
        enlarge: how scores come to the size of the image.
    """

    def __init__(
        self,
        trunk: DenseNetTrunk | ResNetTrunk,
        context: Context | Pyramid,
        ups: Sequence[TransitionUp | TransitionUpReleased],
        *,
        classes: int,
        auxiliary: bool = True,
        enlarge: Enlarge = enlarge_centered,
    ) -> None:
        super().__init__()
        self.trunk, self.context = trunk, context
        self.ups = nn.ModuleList(ups)
        self.main = score_layer((context, *ups)[-1].outputs, classes)
        self.auxiliary = score_layer(context.outputs, classes) if auxiliary else None
        self.enlarge = enlarge

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        taps = self.trunk(image)
        maps = self._climb(self.context(taps[-1]), taps)
        return self._read(self.main, maps, image)

    def heads(self, image: Tensor) -> tuple[Head, ...]:
        """Return the scores, and those of the context if they are trained."""
        taps = self.trunk(image)
        context = self.context(taps[-1])
        scores = self._read(self.main, self._climb(context, taps), image)
        if self.auxiliary is None:
            return (Head("main", scores),)
        return (
            Head("main", scores, MAIN_WEIGHT),
            Head("auxiliary", self._read(self.auxiliary, context, image), AUXILIARY_WEIGHT),
        )

    def _climb(self, maps: Tensor, taps: Sequence[Tensor]) -> Tensor:
        """Return the finest maps (N, 128, H / 4, W / 4) above a context (N, 128, h, w)."""
        for up, tap in zip(self.ups, reversed(taps[: len(self.ups)]), strict=True):
            maps = up(maps, tap)  # (N, 128, 2 h, 2 w)
        return maps

    def _read(self, score: nn.Module, maps: Tensor, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) read from coarser maps (N, C, h, w)."""
        return self.enlarge(score(functional.relu(maps)), image.shape[-2:])
