# SPDX-License-Identifier: GPL-2.0-or-later
"""Feature extractors: classifiers without their last layer, and the alignment of their maps.

There are two padding modes. As released: 100 zeros around the image, none before fc6, and cropped
scores. Same: each layer preserves the size of its maps.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Section 4.1; padding as in the authors' release.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from ..backbones.alexnet import AlexNet
from ..backbones.googlenet import GoogLeNet
from ..backbones.vgg import STAGES, VggClassifier, VggTrunk
from ..blocks import scaled
from .alignment import PIXELS, Cells
from .window import BORDER_PX, CoreContext

VGG_NEEDS_PX = {3: 29, 4: 61, 5: 125}  # context of the scores of a pool, by its number
VGG_NEED_PX = 221  # context of the scores of fc7, with or without skips
ALEXNET_NEED_PX = 196
STRIDE_PX = 32


class Tap(NamedTuple):
    """Feature map that is scored.

    Args:
        channels: channels of the map.
        cells: alignment of its cells with the image.
    """

    channels: int
    cells: Cells


class FeatureExtractor(nn.Module):
    """Network that maps a window (N, bands, H, W) to its taps, coarse to fine.

    Args:
        taps: taps that it returns.
        around: context required around a core.
    """

    def __init__(self, taps: tuple[Tap, ...], around: CoreContext) -> None:
        super().__init__()
        self.taps, self.around = taps, around


class VggFeatures(FeatureExtractor):
    """VGG-16 up to fc7.

    Args:
        bands: number of input channels.
        released: whether to pad as released instead of with same padding.
        skips: number of finer taps to return: pool4, pool3.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self, bands: int, *, released: bool = True, skips: int = 0, width: float = 1.0
    ) -> None:
        trunk = _vgg(bands, 5, released, width)
        padding = 0 if released else 3
        classifier = VggClassifier(trunk.outputs, padding=padding, width=width)
        pools = _vgg_pools(released)
        finer = [Tap(scaled(STAGES[pool][0], width), pools[pool]) for pool in (3, 2)]
        scored = Tap(classifier.outputs, pools[4].through(7, padding=padding))
        super().__init__(
            (scored, *finer[:skips]),
            _around(released, VGG_NEED_PX, STRIDE_PX),
        )
        self.trunk, self.classifier = trunk, classifier

    def forward(self, window: Tensor) -> list[Tensor]:
        """Return fc7, (N, 4096, h, w), and pool4 and pool3 if they are used."""
        pools = self.trunk(window)
        finer = [pools[3], pools[2]][: len(self.taps) - 1]
        return [self.classifier(pools[4]), *finer]


class VggPool(FeatureExtractor):
    """VGG-16 up to one of its pools.

    Args:
        bands: number of input channels.
        last_pool: number of the last pool, 3, 4 or 5.
        released: whether to pad as released instead of with same padding.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self, bands: int, last_pool: int, *, released: bool = True, width: float = 1.0
    ) -> None:
        trunk = _vgg(bands, last_pool, released, width)
        cells = _vgg_pools(released)[last_pool - 1]
        around = _around(released, VGG_NEEDS_PX[last_pool], 2**last_pool)
        super().__init__((Tap(trunk.outputs, cells),), around)
        self.trunk = trunk

    def forward(self, window: Tensor) -> list[Tensor]:
        """Return the maps of the pool, (N, C, h, w)."""
        return self.trunk(window)[-1:]


class AlexNetFeatures(FeatureExtractor):
    """AlexNet up to fc7.

    Args:
        bands: number of input channels.
        variant: variant of the layers, `caffe` or `torchvision`.
        released: whether to pad as released instead of with same padding.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self, bands: int, variant: str = "caffe", *, released: bool = True, width: float = 1.0
    ) -> None:
        padding, fc6_padding = (0, (0, 0)) if released else (5, (3, 2))
        network = AlexNet(bands, variant, padding=padding, fc6_padding=fc6_padding, width=width)
        cells = PIXELS.through(11, stride=4, padding=BORDER_PX if released else padding)
        cells = cells.through(3, stride=2).through(5, padding=2).through(3, stride=2)
        for _ in range(3):
            cells = cells.through(3, padding=1)
        cells = cells.through(3, stride=2).through(6, padding=fc6_padding[0])
        super().__init__(
            (Tap(network.outputs, cells),), _around(released, ALEXNET_NEED_PX, STRIDE_PX)
        )
        self.network = network

    def forward(self, window: Tensor) -> list[Tensor]:
        """Return fc7, (N, 4096, h, w)."""
        return [self.network(window)]


class GoogLeNetFeatures(FeatureExtractor):
    """GoogLeNet up to its last inception module, with same padding.

    The centers of its cells are 14.5 pixels to the bottom right of the centers of their 32 pixels.

    Args:
        bands: number of input channels.
        variant: variant of the layers, `caffe` or `torchvision`.
        aligned: whether to correct for this shift; otherwise cells are assumed to be centered.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self, bands: int, variant: str = "caffe", *, aligned: bool = False, width: float = 1.0
    ) -> None:
        network = GoogLeNet(bands, variant, width=width)
        five = 5 if variant == "caffe" else 3
        cells = PIXELS.through(7, stride=2, padding=3).through(3, stride=2)
        cells = cells.through(3, padding=1).through(3, stride=2)
        for modules, pool in ((2, 3), (5, network.last_pool), (2, 0)):
            for _ in range(modules):
                cells = cells.through(five, padding=five // 2)
            cells = cells.through(pool, stride=2) if pool else cells
        if not aligned:
            cells = cells._replace(shift=(STRIDE_PX - 1) / 2)
        super().__init__((Tap(network.outputs, cells),), CoreContext(0, None, STRIDE_PX))
        self.network = network

    def forward(self, window: Tensor) -> list[Tensor]:
        """Return the maps of the last module, (N, 1024, H / 32, W / 32)."""
        return [self.network(window)]


def _vgg(bands: int, pools: int, released: bool, width: float) -> VggTrunk:
    return VggTrunk(
        bands,
        [nn.MaxPool2d(2, ceil_mode=True) for _ in range(pools)],
        first_padding=0 if released else None,  # the window includes the border
        width=width,
    )


def _vgg_pools(released: bool) -> list[Cells]:
    """Return the alignment of the five pools."""
    cells = PIXELS.through(3, padding=BORDER_PX if released else 1)
    pools: list[Cells] = []
    for stage, (_, convolutions) in enumerate(STAGES):
        for _ in range(convolutions - (stage == 0)):
            cells = cells.through(3, padding=1)
        cells = cells.through(2, stride=2)
        pools.append(cells)
    return pools


def _around(released: bool, need_px: int, stride_px: int) -> CoreContext:
    """Return the context of a core: with same padding, only the whole image gives exact scores."""
    return CoreContext(BORDER_PX, need_px, stride_px) if released else CoreContext(0, None, 1)
