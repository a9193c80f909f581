# SPDX-License-Identifier: GPL-2.0-or-later
"""Folding: the same scores with less work, for inference only.

A batch norm in evaluation mode is a scale and a shift, so it merges into the convolution before.
"""

from __future__ import annotations

import copy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .blocks import Block


def fold(network: nn.Module) -> nn.Module:
    """Return an inference network with the same scores up to rounding; `network` is kept."""
    folded = copy.deepcopy(network).eval().requires_grad_(False)
    for module in folded.modules():
        if isinstance(module, Block) and isinstance(module.norm, nn.BatchNorm2d):
            transpose = isinstance(module.conv, nn.ConvTranspose2d)
            module.conv = fuse_conv_bn_eval(module.conv, module.norm, transpose=transpose)
            module.norm = nn.Identity()
    return folded
