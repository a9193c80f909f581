# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks shared by the networks: convolution, batch norm and ReLU, and their initialization.

Batch normalization and He initialization:
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
    """Settings of a block where the paper and the authors' release differ.

    Args:
        bn_affine: whether batch norm learns a scale and a shift; the release has none.
        conv_bias: whether convolutions before a batch norm have a bias; it has no effect, but the
            release has one.
    """

    bn_affine: bool = True
    conv_bias: bool = False


PAPER = BlockStyle()
RELEASE = BlockStyle(bn_affine=False, conv_bias=True)


class ConvNorm(nn.Module):
    """Convolution (plain or transposed) and batch norm, merged for inference.

    Args:
        conv: convolution; its weights are initialized here.
        norm: norm of the outputs of `conv`.
    """

    def __init__(self, conv: Conv, norm: nn.Module) -> None:
        super().__init__()
        initialize(conv)
        self.conv, self.norm = conv, norm

    def forward(self, maps: Tensor) -> Tensor:
        """Return the normalized feature maps, (N, outputs, H / stride, W / stride)."""
        return self.norm(self.conv(maps))

    def fold_norms(self) -> None:
        """Merge the batch norm (a scale and a shift in evaluation mode) into the convolution."""
        if isinstance(self.norm, nn.BatchNorm2d):
            transpose = isinstance(self.conv, nn.ConvTranspose2d)
            self.conv = fuse_conv_bn_eval(self.conv, self.norm, transpose=transpose)
            self.norm = nn.Identity()


class Block(ConvNorm):
    """Convolution (plain or transposed), batch norm, ReLU."""

    def __init__(self, conv: Conv, style: BlockStyle) -> None:
        super().__init__(conv, nn.BatchNorm2d(conv.out_channels, affine=style.bn_affine))

    def forward(self, maps: Tensor) -> Tensor:
        """Return the feature maps of the block, (N, outputs, H / stride, W / stride)."""
        return functional.relu(super().forward(maps), inplace=True)


def scaled(channels: int, width: float) -> int:
    """Return a number of channels multiplied by `width`, at least one.

    >>> scaled(48, 1 / 16), scaled(4, 1 / 16)
    (3, 1)
    """
    return max(1, round(channels * width))


def conv_block(
    inputs: int, outputs: int, style: BlockStyle, kernel: int = 3, stride: int = 1
) -> Block:
    """Return a convolution block with same padding."""
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=style.conv_bias)
    return Block(conv, style)


def deconv_block(inputs: int, outputs: int, style: BlockStyle) -> Block:
    """Return a block with a transposed 3x3 convolution that preserves H and W."""
    conv = nn.ConvTranspose2d(inputs, outputs, 3, padding=1, bias=style.conv_bias)
    return Block(conv, style)


def score_layer(inputs: int, outputs: int) -> nn.Conv2d:
    """Return a 1x1 convolution with a bias, without norm or activation."""
    layer = nn.Conv2d(inputs, outputs, 1)
    initialize(layer)
    return layer


def initialize(conv: Conv) -> None:
    """Initialize with He's normal distribution, standard deviation sqrt(2 / fan in), zero bias."""
    fan_in = conv.in_channels * conv.kernel_size[0] * conv.kernel_size[1]
    nn.init.normal_(conv.weight, std=(2 / fan_in) ** 0.5)
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)


def initialized(conv: nn.Conv2d) -> nn.Conv2d:
    """Return the convolution after He initialization with zero bias."""
    initialize(conv)
    return conv
