# SPDX-License-Identifier: GPL-2.0-or-later
"""Fully convolutional VGG-16: thirteen 3x3 convolutions in five stages, and the classifier.

Papers based on it differ in the padding, in the pools they keep and in the dilations that replace
the others; the weights are the same everywhere.

    K. Simonyan, A. Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition,
    ICLR 2015.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from ..blocks import initialized, scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

STAGES = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))  # channels, convolutions
CLASSIFIER_WIDTH = 4096


class VggTrunk(nn.Module):
    """The convolutions of VGG-16, each followed by a ReLU, each stage by a module of `pools`.

    Args:
        bands: number of input channels.
        pools: module after each stage, `nn.Identity()` for no pool; their number is the number
            of stages.
        dilations: dilations of the convolutions of each stage.
        valid: whether to use no padding; otherwise H and W are preserved.
        first_padding: padding of the very first convolution in pixels, overriding `valid`.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        pools: Sequence[nn.Module],
        *,
        dilations: Sequence[int] = (1, 1, 1, 1, 1),
        valid: bool = False,
        first_padding: int | None = None,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        inputs = bands
        for (channels, convolutions), dilation in zip(STAGES, dilations, strict=True):
            if len(self.stages) == len(pools):
                break
            outputs = scaled(channels, width)
            paddings = [0 if valid else dilation] * convolutions
            if first_padding is not None and not self.stages:
                paddings[0] = first_padding
            self.stages.append(_stage(inputs, outputs, dilation, paddings))
            inputs = outputs
        self.pools = nn.ModuleList(pools)
        self.outputs = inputs  # channels of the last stage

    def forward(self, image: Tensor) -> list[Tensor]:
        """Return the feature maps after each stage and its pool, for images (N, bands, H, W)."""
        taps: list[Tensor] = []
        for stage, pool in zip(self.stages, self.pools, strict=True):
            taps.append(pool(stage(taps[-1] if taps else image)))
        return taps  # (N, 64, H / 2, W / 2) .. (N, 512, H / 32, W / 32) with five pools


class VggClassifier(nn.Sequential):
    """The fully connected layers fc6 and fc7 as convolutions, with ReLU and dropout.

    Args:
        inputs: number of input channels.
        dilation: dilation of fc6.
        padding: padding of fc6, in cells.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self, inputs: int, *, dilation: int = 1, padding: int = 0, width: float = 1.0
    ) -> None:
        self.outputs = scaled(CLASSIFIER_WIDTH, width)
        fc6 = nn.Conv2d(inputs, self.outputs, 7, padding=padding, dilation=dilation)
        fc7 = nn.Conv2d(self.outputs, self.outputs, 1)
        super().__init__(
            initialized(fc6),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
            initialized(fc7),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
        )


def _stage(inputs: int, outputs: int, dilation: int, paddings: Sequence[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for padding in paddings:
        conv = nn.Conv2d(inputs, outputs, 3, padding=padding, dilation=dilation)
        layers += [initialized(conv), nn.ReLU(inplace=True)]
        inputs = outputs
    return nn.Sequential(*layers)
