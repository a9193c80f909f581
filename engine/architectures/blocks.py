# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks shared by the networks: convolution with batch norm and ReLU, bilinear upsampling.

Bilinear upsampling as a fixed transposed convolution:
    J. Long, E. Shelhamer, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    CVPR 2015.
Batch normalization and its initialization:
    S. Ioffe, C. Szegedy, Batch Normalization, ICML 2015.
    K. He, X. Zhang, S. Ren, J. Sun, Delving Deep into Rectifiers, ICCV 2015.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

Conv = nn.Conv2d | nn.ConvTranspose2d


@dataclass(frozen=True)
class BlockStyle:
    """How a block is built where paper and release differ.

    Args:
        bn_affine: batch norm learns a scale and a shift; the release has none.
        conv_bias: convolutions before a batch norm keep a bias, inert, as in the release.
    """

    bn_affine: bool = True
    conv_bias: bool = False


PAPER = BlockStyle()
RELEASE = BlockStyle(bn_affine=False, conv_bias=True)


class ConvNorm(nn.Module):
    """Convolution (plain or transposed) and batch norm, which merge for inference.

    Args:
        conv: is filled with new random weights.
        norm: over the outputs of `conv`.
    """

    def __init__(self, conv: Conv, norm: nn.Module) -> None:
        super().__init__()
        initialize(conv)
        self.conv, self.norm = conv, norm

    def forward(self, maps: Tensor) -> Tensor:
        """Return the normalized maps, (N, outputs, H / stride, W / stride)."""
        return self.norm(self.conv(maps))

    def fold_norms(self) -> None:
        """Merge the batch norm, in evaluation mode a scale and a shift, into the convolution."""
        if isinstance(self.norm, nn.BatchNorm2d):
            transpose = isinstance(self.conv, nn.ConvTranspose2d)
            self.conv = fuse_conv_bn_eval(self.conv, self.norm, transpose=transpose)
            self.norm = nn.Identity()


class Block(ConvNorm):
    """Convolution (plain or transposed), batch norm, ReLU."""

    def __init__(self, conv: Conv, style: BlockStyle) -> None:
        super().__init__(conv, nn.BatchNorm2d(conv.out_channels, affine=style.bn_affine))

    def forward(self, maps: Tensor) -> Tensor:
        """Return the block's maps, (N, outputs, H / stride, W / stride)."""
        return functional.relu(super().forward(maps), inplace=True)


def scaled(channels: int, width: float) -> int:
    """Return a share of some channels, at least one.

    >>> scaled(48, 1 / 16), scaled(4, 1 / 16)
    (3, 1)
    """
    return max(1, round(channels * width))


def conv_block(
    inputs: int, outputs: int, style: BlockStyle, kernel: int = 3, stride: int = 1
) -> Block:
    """Return a block that keeps H and W but for its stride."""
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=style.conv_bias)
    return Block(conv, style)


def deconv_block(inputs: int, outputs: int, style: BlockStyle) -> Block:
    """Return a block of a transposed 3x3 convolution that keeps H and W."""
    conv = nn.ConvTranspose2d(inputs, outputs, 3, padding=1, bias=style.conv_bias)
    return Block(conv, style)


def score_layer(inputs: int, outputs: int) -> nn.Conv2d:
    """Return a 1x1 convolution with a bias, followed by nothing."""
    layer = nn.Conv2d(inputs, outputs, 1)
    initialize(layer)
    return layer


def initialize(conv: Conv) -> None:
    """Fill with He's Gaussian, standard deviation sqrt(2 / fan in), and zero bias."""
    fan_in = conv.in_channels * conv.kernel_size[0] * conv.kernel_size[1]
    nn.init.normal_(conv.weight, std=(2 / fan_in) ** 0.5)
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)


def initialized(conv: nn.Conv2d) -> nn.Conv2d:
    """Return a convolution filled with He's Gaussian and a bias of zero."""
    initialize(conv)
    return conv
