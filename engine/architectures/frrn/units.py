# SPDX-License-Identifier: GPL-2.0-or-later
"""Units of an FRRN: convolution unit, residual unit and full-resolution residual unit.

A full-resolution residual unit (FRRU) has two input streams. Its output replaces the pooling stream
y, while a residual is added to the residual stream z.

    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Figures 2 and 3.
He's uniform initialization, gain sqrt(2) before a ReLU and 1 elsewhere, as in the release:
    K. He, X. Zhang, S. Ren, J. Sun, Delving Deep into Rectifiers, ICCV 2015.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..blocks import ConvNorm

EPSILON = 1e-4  # epsilon of batch norm, as in the release
MOMENTUM = 0.1
RECTIFIED_GAIN = 2**0.5
LINEAR_GAIN = 1.0


def convolution(
    inputs: int, outputs: int, kernel: int, gain: float = LINEAR_GAIN, *, bias: bool = False
) -> nn.Conv2d:
    """Return a convolution with same padding, He's uniform weights and zero bias.

    Args:
        inputs: number of input channels.
        outputs: number of output channels.
        kernel: kernel size in pixels, odd.
        gain: gain of the initialization; weights are at most gain * sqrt(3 / fan in).
        bias: whether the convolution has a bias.
    """
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=bias)
    initialize_uniformly(layer, gain)
    return layer


def initialize_uniformly(layer: nn.Conv2d, gain: float) -> None:
    """Initialize with He's uniform distribution, standard deviation gain / sqrt(fan in)."""
    fan_in = layer.weight[0].numel()
    bound = gain * (3 / fan_in) ** 0.5
    nn.init.uniform_(layer.weight, -bound, bound)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


class LinearUnit(ConvNorm):
    """Convolution and batch norm, without a ReLU: (N, inputs, H, W) to (N, outputs, H, W)."""

    gain = LINEAR_GAIN

    def __init__(self, inputs: int, outputs: int, kernel: int = 3) -> None:
        norm = nn.BatchNorm2d(outputs, eps=EPSILON, momentum=MOMENTUM)
        conv = convolution(inputs, outputs, kernel)
        super().__init__(conv, norm)
        initialize_uniformly(conv, self.gain)


class ConvolutionUnit(LinearUnit):
    """Convolution, batch norm, ReLU: (N, inputs, H, W) to (N, outputs, H, W)."""

    gain = RECTIFIED_GAIN

    def forward(self, maps: Tensor) -> Tensor:
        """Return non-negative feature maps (N, outputs, H, W)."""
        return functional.relu(super().forward(maps), inplace=True)


class ResidualUnit(nn.Module):
    """Residual unit of two convolutions, without an activation after the addition.

    The shortcut is the identity or, if the number of channels changes, a plain 1x1 convolution.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = ConvolutionUnit(inputs, outputs)
        self.second = LinearUnit(outputs, outputs)
        self.shortcut = nn.Identity() if inputs == outputs else convolution(inputs, outputs, 1)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, outputs, H, W) for (N, inputs, H, W)."""
        return self.second(self.first(maps)).add_(self.shortcut(maps))


class FullResolutionUnit(nn.Module):
    """FRRU at one scale, with both streams already pooled to that scale.

    Args:
        inputs: channels of the pooling stream before the unit.
        outputs: channels of the pooling stream after the unit.
        residual: channels of the residual stream.
    """

    def __init__(self, inputs: int, outputs: int, residual: int) -> None:
        super().__init__()
        self.first = ConvolutionUnit(inputs + residual, outputs)
        self.second = ConvolutionUnit(outputs, outputs)
        self.residual = convolution(outputs, residual, 1, bias=True)

    def forward(self, pooling: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        """Return the new pooling stream and the residual before upsampling.

        Args:
            pooling: pooling stream, (N, inputs, h, w).
            pooled: residual stream pooled to the same size, (N, residual, h, w).
        """
        both = torch.cat([pooling, pooled], dim=1)  # (N, inputs + residual, h, w)
        features = self.second(self.first(both))  # (N, outputs, h, w)
        return features, self.residual(features)  # (N, residual, h, w)
