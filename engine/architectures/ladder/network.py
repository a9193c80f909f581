# SPDX-License-Identifier: GPL-2.0-or-later
"""Ladder network: a classifier whose feature maps are combined from coarse to fine.

The input of the context layer is the coarsest tap of a trunk; each transition up then blends in
the next finer tap. In training, an auxiliary loss is applied to the context at the coarsest
resolution.

    I. Kreso, S. Segvic, J. Krapac, Ladder-Style DenseNets for Semantic Segmentation of Large
    Natural Images, ICCV Workshops 2017, Section 3 and Fig. 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from ..blocks import score_layer
from ..heads import Head
from ..interpolation import enlarge_centered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..backbones.densenet import DenseNetTrunk
    from ..backbones.resnet import ResNetTrunk
    from ..interpolation import Enlarge
    from .context import Context, Pyramid
    from .transition_up import TransitionUp, TransitionUpReleased

MAIN_WEIGHT, AUXILIARY_WEIGHT = 0.7, 0.3  # weights of the losses


class Ladder(nn.Module):
    """Ladder network of trunk, context, transitions up and classifier.

    Args:
        trunk: trunk that returns taps from fine to coarse.
        context: context module for the coarsest tap.
        ups: transitions up for the finest taps, coarse to fine; taps between these and the
            coarsest one are not used.
        classes: number of classes.
        auxiliary: whether to train on scores of the context, too.
        enlarge: function that upsamples scores to the size of the image.
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
        maps = self._decode(self.context(taps[-1]), taps)
        return self._classify(self.main, maps, image)

    def heads(self, image: Tensor) -> tuple[Head, ...]:
        """Return the main head and, if the network has one, the auxiliary head of the context."""
        taps = self.trunk(image)
        context = self.context(taps[-1])
        scores = self._classify(self.main, self._decode(context, taps), image)
        if self.auxiliary is None:
            return (Head("main", scores),)
        return (
            Head("main", scores, MAIN_WEIGHT),
            Head("auxiliary", self._classify(self.auxiliary, context, image), AUXILIARY_WEIGHT),
        )

    def _decode(self, maps: Tensor, taps: Sequence[Tensor]) -> Tensor:
        """Return the finest maps (N, 128, H / 4, W / 4) for a context (N, 128, h, w)."""
        for up, tap in zip(self.ups, reversed(taps[: len(self.ups)]), strict=True):
            maps = up(maps, tap)  # (N, 128, 2 h, 2 w)
        return maps

    def _classify(self, score: nn.Module, maps: Tensor, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) for coarser maps (N, C, h, w)."""
        return self.enlarge(score(functional.relu(maps)), image.shape[-2:])
