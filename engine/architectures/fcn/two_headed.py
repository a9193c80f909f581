# SPDX-License-Identifier: GPL-2.0-or-later
"""Two heads on one trunk: land classes, and the geometry of surfaces.

The paper learns 33 classes of SIFT Flow and whether a surface is horizontal, vertical or sky.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Section 5, Table 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core import whole
from ..heads import Head
from .head import SkipHead
from .network import Fcn

if TYPE_CHECKING:
    from torch import Tensor

    from .features import Features

GEOMETRY_CLASSES = 3


class TwoHeadedFcn(Fcn):
    """Scores of land classes, and of the geometry for training.

    Args:
        features: of a classifier, with taps for the skips.
        classes: channels of the land class scores.
        learned: train the doublings between skips.
    """

    def __init__(self, features: Features, classes: int, *, learned: bool = True) -> None:
        super().__init__(features, classes, learned=learned)
        self.geometry = SkipHead(features.taps, GEOMETRY_CLASSES, learned=learned)

    def heads(self, image: Tensor) -> tuple[Head, ...]:
        """Return `main` and `geometry`, equal in weight, for an image (N, bands, H, W)."""
        window, core = self.around.cut(self.encoding(image), whole(image))
        maps = self.features(window)
        return (
            Head("main", self.head(maps, core)),  # (N, classes, H, W)
            Head("geometry", self.geometry(maps, core)),  # (N, 3, H, W)
        )
