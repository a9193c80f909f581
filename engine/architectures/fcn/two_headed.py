# SPDX-License-Identifier: GPL-2.0-or-later
"""Two-headed FCN: land cover classes and surface geometry from one trunk.

The paper trains on the 33 classes of SIFT Flow and on the geometry: horizontal, vertical or sky.

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

    from .features import FeatureExtractor

GEOMETRY_CLASSES = 3


class TwoHeadedFcn(Fcn):
    """FCN with a second head for geometry, used only in training.

    Args:
        features: features of a classifier, with taps for the skips.
        classes: number of land cover classes.
        learned: whether the upsampling between skips is trained.
    """

    def __init__(self, features: FeatureExtractor, classes: int, *, learned: bool = True) -> None:
        super().__init__(features, classes, learned=learned)
        self.geometry = SkipHead(features.taps, GEOMETRY_CLASSES, learned=learned)

    def heads(self, image: Tensor) -> tuple[Head, ...]:
        """Return the heads `main` and `geometry`, of equal weight, for images (N, bands, H, W)."""
        window, core = self.around.cut(self.encoding(image), whole(image))
        maps = self.features(window)
        return (
            Head("main", self.head(maps, core)),  # (N, classes, H, W)
            Head("geometry", self.geometry(maps, core)),  # (N, 3, H, W)
        )
