# SPDX-License-Identifier: GPL-2.0-or-later
"""Pre-activation layers: batch norm and ReLU precede the convolution.

If the input of a norm is shared with other layers, the norm cannot be merged into the preceding
convolution. For inference it becomes a scale and a shift per channel.

    K. He, X. Zhang, S. Ren, J. Sun, Identity Mappings in Deep Residual Networks, ECCV 2016.
    G. Huang, Z. Liu, L. van der Maaten, K. Weinberger, Densely Connected Convolutional Networks,
    CVPR 2017.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .blocks import initialize


class ScaleShift(nn.Module):
    """Batch norm in evaluation mode: one multiplication and one addition per channel.

    Args:
        norm: batch norm with affine parameters and running statistics.
    """

    scale: Tensor
    shift: Tensor

    def __init__(self, norm: nn.BatchNorm2d) -> None:
        super().__init__()
        mean, variance = norm.get_buffer("running_mean"), norm.get_buffer("running_var")
        scale = norm.weight.detach() / (variance + norm.eps).sqrt()
        self.register_buffer("scale", scale[:, None, None])  # (C, 1, 1)
        self.register_buffer("shift", (norm.bias.detach() - mean * scale)[:, None, None])

    def forward(self, maps: Tensor) -> Tensor:
        """Return feature maps of the same shape (N, C, H, W)."""
        return torch.addcmul(self.shift, maps, self.scale)


def as_scale_shift(norm: nn.Module) -> nn.Module:
    """Return a batch norm as a scale and shift; other modules are returned unchanged."""
    return ScaleShift(norm) if isinstance(norm, nn.BatchNorm2d) else norm


def merged(conv: nn.Conv2d, norm: nn.Module) -> tuple[nn.Conv2d, nn.Module]:
    """Return a convolution with the following batch norm merged into it, and an identity.

    Both are returned unchanged if `norm` is not a batch norm.
    """
    if not isinstance(norm, nn.BatchNorm2d):
        return conv, norm
    return fuse_conv_bn_eval(conv, norm), nn.Identity()


class NormReluConv(nn.Module):
    """Batch norm, ReLU and convolution without a bias; H and W are preserved.

    Args:
        inputs: number of input channels.
        outputs: number of output channels.
        kernel: kernel size, odd.
        dilation: dilation of the convolution.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, dilation: int = 1) -> None:
        super().__init__()
        self.norm: nn.Module = nn.BatchNorm2d(inputs)
        self.conv = plain_conv(inputs, outputs, kernel, dilation=dilation)

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, outputs, H, W) for (N, inputs, H, W)."""
        return self.conv(self.activate(maps))

    def activate(self, maps: Tensor) -> Tensor:
        """Return the input of the convolution, (N, inputs, H, W)."""
        return functional.relu(self.norm(maps), inplace=True)

    def fold_norms(self) -> None:
        """Replace the batch norm by a scale and a shift."""
        self.norm = as_scale_shift(self.norm)


def plain_conv(
    inputs: int, outputs: int, kernel: int, *, stride: int = 1, dilation: int = 1
) -> nn.Conv2d:
    """Return a convolution without a bias and with same padding."""
    conv = nn.Conv2d(
        inputs,
        outputs,
        kernel,
        stride,
        padding=dilation * (kernel // 2),
        dilation=dilation,
        bias=False,
    )
    initialize(conv)
    return conv
