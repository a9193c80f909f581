# SPDX-License-Identifier: GPL-2.0-or-later
"""The network: features of a classifier, and a head that scores them for every pixel.

E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
IEEE TPAMI 39(4), 2017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from .head import SkipHead

if TYPE_CHECKING:
    from ..folding import Core
    from .features import Features
    from .window import Surroundings


class WindowNetwork(nn.Module):
    """A network that looks at no more of its image than the scores of a core need.

    Args:
        around: what it must see around a core.
        encoding: of the input, pixel by pixel or nearly so; None for the input itself.
    """

    def __init__(self, around: Surroundings, encoding: nn.Module | None = None) -> None:
        super().__init__()
        self.around = around
        self.encoding = encoding or nn.Identity()

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        return self.forward_core(image, whole(image))

    def forward_core(self, image: Tensor, core: tuple[slice, slice]) -> Tensor:
        """Return scores (N, classes, h, w) of the rows and columns of a core."""
        return self.scores_of(*self.around.cut(self.encoding(image), core))

    def scores_of(self, window: Tensor, core: tuple[slice, slice]) -> Tensor:
        """Return scores (N, classes, h, w) of a core within a window (N, channels, H, W)."""
        raise NotImplementedError

    def fast_form(self) -> nn.Module:
        """Return the network as it is called for inference, with an image and a core."""
        return CoreOnly(self)


class CoreOnly(nn.Module):
    """A network that is told which part of its image is wanted.

    Args:
        network: takes a core besides its image.
    """

    def __init__(self, network: WindowNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor, core: Core | None = None) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W)."""
        return self.network.forward_core(image, core or whole(image))


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
        scales: tuple[float, ...] = (1.0, 1.0, 1.0),
    ) -> None:
        super().__init__(features.around, encoding)
        self.features = features
        self.head = SkipHead(features.taps, classes, learned=learned, scales=scales)

    def scores_of(self, window: Tensor, core: tuple[slice, slice]) -> Tensor:
        """Return scores (N, classes, h, w) of a core within a window (N, channels, H, W)."""
        return self.head(self.features(window), core)


class NullBackgroundFcn(Fcn):
    """The first land class is the background, whose score is zero without being learned.

    Args:
        features: of a classifier.
        classes: channels of the scores, the background included; at least two.
    """

    def __init__(self, features: Features, classes: int) -> None:
        super().__init__(features, classes - 1)

    def scores_of(self, window: Tensor, core: tuple[slice, slice]) -> Tensor:
        """Return scores (N, classes, h, w) of a core within a window (N, channels, H, W)."""
        others = super().scores_of(window, core)  # (N, classes - 1, h, w)
        return functional.pad(others, (0, 0, 0, 0, 1, 0))


def whole(image: Tensor) -> tuple[slice, slice]:
    """Return all rows and columns of an image (N, bands, H, W)."""
    height, width = image.shape[-2:]
    return slice(0, height), slice(0, width)
