# SPDX-License-Identifier: GPL-2.0-or-later
"""Fully convolutional ResNet-50: a stem and four layers of bottleneck blocks.

The stride of a layer is in the 3x3 convolution of its first block. A dilated layer preserves the
resolution; all its 3x3 convolutions are dilated, including the first, which is equivalent to
processing the subgrids of its input.

Parameter names are those of torchvision, whose `fc` is not used.

    K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition, CVPR 2016.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from ..blocks import scaled
from ..pre_activation import merged, plain_conv
from .pools import pool_stem

if TYPE_CHECKING:
    from collections.abc import Sequence

LAYERS = {"50": (3, 4, 6, 3)}  # blocks of the four layers
STEM = 64
EXPANSION = 4  # output channels of a block over its inner channels


class Bottleneck(nn.Module):
    """Residual block of 1x1, 3x3 and 1x1 convolutions, each with a batch norm.

    Args:
        inputs: number of input channels.
        inner: channels of the 3x3 convolution, a quarter of the output channels.
        stride: stride of the 3x3 convolution.
        dilation: dilation of the 3x3 convolution.
        project: whether the shortcut has a 1x1 convolution.
    """

    def __init__(
        self, inputs: int, inner: int, *, stride: int = 1, dilation: int = 1, project: bool = False
    ) -> None:
        super().__init__()
        outputs = EXPANSION * inner
        self.conv1 = plain_conv(inputs, inner, 1)
        self.bn1: nn.Module = nn.BatchNorm2d(inner)
        self.conv2 = plain_conv(inner, inner, 3, stride=stride, dilation=dilation)
        self.bn2: nn.Module = nn.BatchNorm2d(inner)
        self.conv3 = plain_conv(inner, outputs, 1)
        self.bn3: nn.Module = nn.BatchNorm2d(outputs)
        self.downsample = (
            nn.Sequential(plain_conv(inputs, outputs, 1, stride=stride), nn.BatchNorm2d(outputs))
            if project
            else nn.Sequential()
        )

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, 4 inner, H / stride, W / stride) for (N, inputs, H, W)."""
        inner = functional.relu(self.bn1(self.conv1(maps)), inplace=True)  # (N, inner, H, W)
        inner = functional.relu(self.bn2(self.conv2(inner)), inplace=True)  # (N, inner, h, w)
        outer = self.bn3(self.conv3(inner))  # (N, 4 inner, h, w)
        return functional.relu(outer + self.downsample(maps), inplace=True)

    def fold_norms(self) -> None:
        """Merge all norms into the preceding convolutions."""
        self.conv1, self.bn1 = merged(self.conv1, self.bn1)
        self.conv2, self.bn2 = merged(self.conv2, self.bn2)
        self.conv3, self.bn3 = merged(self.conv3, self.bn3)
        if len(self.downsample):
            self.downsample[0], self.downsample[1] = merged(*self.downsample)


class ResNetTrunk(nn.Module):
    """The convolutions of a ResNet with bottleneck blocks.

    Args:
        bands: number of input channels.
        layers: numbers of blocks of the four layers.
        dilations: dilations of the four layers; a layer with a larger dilation than the preceding
            one has no stride.
        stem_pool: kernel size of the stem's max pool, 3 or 2.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        layers: Sequence[int],
        *,
        dilations: Sequence[int] = (1, 1, 1, 1),
        stem_pool: int = 3,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        channels = scaled(STEM, width)
        self.stem_pool, self.layers = stem_pool, len(layers)
        self.conv1 = plain_conv(bands, channels, 7, stride=2)
        self.bn1: nn.Module = nn.BatchNorm2d(channels)
        inner, widths, strides = channels, [channels], [4]
        for layer, (count, dilation) in enumerate(zip(layers, dilations, strict=True), start=1):
            stride = 1 if layer == 1 or dilation > dilations[layer - 2] else 2
            blocks = [
                Bottleneck(widths[-1], inner, stride=stride, dilation=dilation, project=True),
                *(Bottleneck(EXPANSION * inner, inner, dilation=dilation) for _ in range(1, count)),
            ]
            self.add_module(f"layer{layer}", nn.Sequential(*blocks))
            widths.append(EXPANSION * inner)
            strides.append(strides[-1] * stride)
            inner *= 2
        self.widths = tuple(widths[1:])  # channels of the taps
        self.strides = tuple(strides[1:])  # strides of the taps in pixels

    def forward(self, image: Tensor) -> list[Tensor]:
        """Return the taps of an image (N, bands, H, W), fine to coarse.

        There is one for each item of `widths` and `strides`: (N, 256, H / 4, W / 4) and so on.
        """
        maps = functional.relu(self.bn1(self.conv1(image)), inplace=True)  # (N, 64, H / 2, W / 2)
        maps = pool_stem(maps, self.stem_pool)  # (N, 64, H / 4, W / 4)
        taps: list[Tensor] = []
        for layer in range(1, self.layers + 1):
            maps = self.get_submodule(f"layer{layer}")(maps)  # (N, C, h, w)
            taps.append(maps)
        return taps

    def fold_norms(self) -> None:
        """Merge the stem's norm into its convolution."""
        self.conv1, self.bn1 = merged(self.conv1, self.bn1)

    def cut(self, *, within_third: bool) -> tuple[list[nn.Module], nn.Module]:
        """Return the modules of the fine part and the first module of the coarse remainder.

        Args:
            within_third: whether to cut in the middle of the third layer instead of after the
                second.
        """
        fine = [self.conv1, self.bn1, *(self.get_submodule(name) for name in ("layer1", "layer2"))]
        third = list(self.get_submodule("layer3").children())
        half = len(third) // 2 if within_third else 0
        return [*fine, *third[:half]], third[half]
