# SPDX-License-Identifier: GPL-2.0-or-later
"""The units FRRNs are made of: convolution unit, residual unit, full-resolution residual unit.

A full-resolution residual unit (FRRU) reads two streams. The pooling stream y becomes its output
anew; the residual stream z only ever gains a residual.

    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Figures 2 and 3.
Uniform initialization with a gain of sqrt(2) before a ReLU and 1 elsewhere, as in the release:
    K. He, X. Zhang, S. Ren, J. Sun, Delving Deep into Rectifiers, ICCV 2015.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..blocks import ConvNorm

EPSILON = 1e-4  # of batch norm, as in the release
MOMENTUM = 0.1
RECTIFIED_GAIN = 2**0.5
LINEAR_GAIN = 1.0


def convolution(
    inputs: int, outputs: int, kernel: int, gain: float = LINEAR_GAIN, *, bias: bool = False
) -> nn.Conv2d:
    """Return a convolution that keeps H and W, with He's uniform weights and a bias of zero.

    Args:
        inputs: channels.
        outputs: channels.
        kernel: edge in pixels, odd.
        gain: weights are at most sqrt(3 / fan in) times this.
        bias: have one.
    """
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=bias)
    initialize_uniformly(layer, gain)
    return layer


def initialize_uniformly(layer: nn.Conv2d, gain: float) -> None:
    """Fill with He's uniform distribution, standard deviation gain / sqrt(fan in)."""
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
        """Return maps without negative values."""
        return functional.relu(super().forward(maps), inplace=True)


class ResidualUnit(nn.Module):
    """Two convolutions beside a shortcut; nothing follows the addition.

    The shortcut is the input itself or, where the channels change, a bare 1x1 convolution.
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
    """An FRRU at one scale, where both streams have been pooled to that scale.

    Args:
        inputs: channels of the pooling stream.
        outputs: channels of the pooling stream after it.
        residual: channels of the residual stream.
    """

    def __init__(self, inputs: int, outputs: int, residual: int) -> None:
        super().__init__()
        self.first = ConvolutionUnit(inputs + residual, outputs)
        self.second = ConvolutionUnit(outputs, outputs)
        self.residual = convolution(outputs, residual, 1, bias=True)

    def forward(self, pooling: Tensor, pooled: Tensor) -> tuple[Tensor, Tensor]:
        """Return the new pooling stream and the residual, not yet enlarged.

        Args:
            pooling: the pooling stream, (N, inputs, h, w).
            pooled: the residual stream pooled to its size, (N, residual, h, w).
        """
        both = torch.cat([pooling, pooled], dim=1)  # (N, inputs + residual, h, w)
        features = self.second(self.first(both))  # (N, outputs, h, w)
        return features, self.residual(features)  # (N, residual, h, w)
