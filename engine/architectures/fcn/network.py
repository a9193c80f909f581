# SPDX-License-Identifier: GPL-2.0-or-later
"""FCN: the features of a classifier and a head that scores every pixel.

E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
IEEE TPAMI 39(4), 2017.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from ..core import CoreNetwork, whole
from ..heads import Head
from .head import UNIT_SCALES, SkipHead

if TYPE_CHECKING:
    from ..core import Core
    from .features import FeatureExtractor
    from .window import CoreContext

GEOMETRY_CLASSES = 3


class WindowNetwork(CoreNetwork):
    """Network that reads only the window of its image required for the scores of a core.

    Args:
        around: context required around a core.
        encoding: pixelwise or local encoding of the input; None for the input itself.
    """

    def __init__(self, around: CoreContext, encoding: nn.Module | None = None) -> None:
        super().__init__()
        self.around = around
        self.encoding = encoding or nn.Identity()

    def forward_core(self, image: Tensor, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W)."""
        return self.scores_of(*self.around.cut(self.encoding(image), core))

    def scores_of(self, window: Tensor, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of a core within a window (N, channels, H, W)."""
        raise NotImplementedError


class Fcn(WindowNetwork):
    """FCN with one stream of features and one head.

    Args:
        features: features of a classifier.
        classes: number of classes.
        encoding: encoding of the input; None for the input itself.
        learned: whether the upsampling between skips is trained.
        scales: constant factors of the taps, coarse to fine.
    """

    def __init__(
        self,
        features: FeatureExtractor,
        classes: int,
        *,
        encoding: nn.Module | None = None,
        learned: bool = True,
        scales: tuple[float, ...] = UNIT_SCALES,
    ) -> None:
        super().__init__(features.around, encoding)
        self.features = features
        self.head = SkipHead(features.taps, classes, learned=learned, scales=scales)

    def scores_of(self, window: Tensor, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of a core within a window (N, channels, H, W)."""
        return self.head(self.features(window), core)

    @property
    def coarse_center_px(self) -> int | None:
        """Row and column of the pixel at the center of the first coarse score; None with skips."""
        cells = self.features.taps[0].cells
        is_single = len(self.features.taps) == 1
        return floor(cells.shift % cells.stride) if is_single else None

    def coarse_scores(self, image: Tensor) -> Tensor:
        """Return the scores (N, classes, h, w) of the cells, starting at the first in the image.

        There are at least H / stride by W / stride cells.
        """
        border = self.around.border_px
        window = functional.pad(self.encoding(image), (border, border, border, border))
        cells = self.features.taps[0].cells
        outside = max(0, -floor(cells.shift / cells.stride))
        return self.head.cells(self.features(window))[..., outside:, outside:]


class NullBackgroundFcn(Fcn):
    """FCN whose first class is a background with a fixed score of zero.

    Args:
        features: features of a classifier.
        classes: number of classes including the background, at least two.
    """

    def __init__(self, features: FeatureExtractor, classes: int) -> None:
        super().__init__(features, classes - 1)

    def scores_of(self, window: Tensor, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of a core within a window (N, channels, H, W)."""
        return with_background(super().scores_of(window, core))

    def coarse_scores(self, image: Tensor) -> Tensor:
        """Return the scores (N, classes, h, w) of all cells."""
        return with_background(super().coarse_scores(image))


def with_background(others: Tensor) -> Tensor:
    """Return scores (N, classes, h, w) with zeros prepended for the background class."""
    return functional.pad(others, (0, 0, 0, 0, 1, 0))


class TwoHeadedFcn(Fcn):
    """FCN with a second head for geometry, used only in training, as in Section 5, Table 6.

    The paper trains on the 33 classes of SIFT Flow and on the geometry: horizontal, vertical or
    sky.

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
