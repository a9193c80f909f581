# SPDX-License-Identifier: GPL-2.0-or-later
"""The network: features of a classifier, and a head that scores them for every pixel.

E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
IEEE TPAMI 39(4), 2017.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from ..core import CoreNetwork
from .head import AS_THEY_ARE, SkipHead

if TYPE_CHECKING:
    from ..core import Core
    from .features import Features
    from .window import Surroundings


class WindowNetwork(CoreNetwork):
    """A network that looks at a window of its image, no larger than the scores of a core need.

    Args:
        around: what it must see around a core.
        encoding: of the input, pixel by pixel or nearly so; None for the input itself.
    """

    def __init__(self, around: Surroundings, encoding: nn.Module | None = None) -> None:
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
    """One stream of features, one head.

    Args:
        features: of a classifier.
        classes: channels of the scores.
        encoding: of the input.
        learned: train the doublings between skips.
        scales: constants that the taps are multiplied with, coarse to fine.
    """

    def __init__(
        self,
        features: Features,
        classes: int,
        *,
        encoding: nn.Module | None = None,
        learned: bool = True,
        scales: tuple[float, ...] = AS_THEY_ARE,
    ) -> None:
        super().__init__(features.around, encoding)
        self.features = features
        self.head = SkipHead(features.taps, classes, learned=learned, scales=scales)

    def scores_of(self, window: Tensor, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of a core within a window (N, channels, H, W)."""
        return self.head(self.features(window), core)

    @property
    def coarse_center_px(self) -> int | None:
        """The pixel that the first of the coarse scores is about; None with skips."""
        cells = self.features.taps[0].cells
        is_single = len(self.features.taps) == 1
        return floor(cells.shift % cells.stride) if is_single else None

    def coarse_scores(self, image: Tensor) -> Tensor:
        """Return the scores (N, classes, h, w) of all cells from the first within the image on.

        There are at least H / f and W / f of them.
        """
        border = self.around.border_px
        window = functional.pad(self.encoding(image), (border, border, border, border))
        cells = self.features.taps[0].cells
        outside = max(0, -floor(cells.shift / cells.stride))
        return self.head.cells(self.features(window))[..., outside:, outside:]


class NullBackgroundFcn(Fcn):
    """The first land class is the background, whose score is zero without being learned.

    Args:
        features: of a classifier.
        classes: channels of the scores, the background included; at least two.
    """

    def __init__(self, features: Features, classes: int) -> None:
        super().__init__(features, classes - 1)

    def scores_of(self, window: Tensor, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of a core within a window (N, channels, H, W)."""
        return with_background(super().scores_of(window, core))

    def coarse_scores(self, image: Tensor) -> Tensor:
        """Return the scores (N, classes, h, w) of all cells."""
        return with_background(super().coarse_scores(image))


def with_background(others: Tensor) -> Tensor:
    """Return scores (N, classes, h, w) for those of all classes but the first, which get zero."""
    return functional.pad(others, (0, 0, 0, 0, 1, 0))
