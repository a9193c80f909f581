# SPDX-License-Identifier: GPL-2.0-or-later
"""Context module: refines the scores of a cell with those of its surroundings.

With 3x3 convolutions of doubling dilation, the receptive field grows exponentially without loss of
resolution. They are initialized to the identity, because random initialization does not train.

    F. Yu, V. Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016, Section 3.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..blocks import scaled

DILATIONS = {  # dilations of the 3x3 convolutions by number of layers; the last layer is 1x1
    7: (1, 1, 2, 4, 8, 1),
    8: (1, 1, 2, 4, 8, 16, 1),
    10: (1, 1, 2, 4, 8, 16, 32, 64, 1),
}
WIDEST = 32  # largest number of channels in the large module, in multiples of the classes
SIGMA = 0.01


class ContextModule(nn.Module):
    """Context module that maps scores to refined scores of the same size.

    Args:
        classes: number of classes.
        large: whether the number of channels grows with the dilation; otherwise it is the number
            of classes in all layers.
        depth: number of layers, 7, 8 or 10; 8 in the paper.
        pad_once: whether to zero-pad once by the radius of the receptive field, as in the
            released VOC network; otherwise each layer uses same padding.
        sigma: standard deviation of the noise added to the identity initialization.
        width: multiplier of the paper's channels; the large module has at least one per class.
    """

    def __init__(
        self,
        classes: int,
        *,
        large: bool = False,
        depth: int = 8,
        pad_once: bool = False,
        sigma: float = SIGMA,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        dilations = DILATIONS[depth]
        self.reach = sum(dilations)  # radius of the receptive field in cells
        self.margin = self.reach if pad_once else 0
        channels = [classes, *(classes * scaled(m, width) for m in _multiples(dilations, large))]
        self.layers = nn.Sequential()
        for (inputs, outputs), dilation in zip(pairwise(channels), dilations, strict=True):
            padding = 0 if pad_once else dilation
            self.layers.append(nn.Conv2d(inputs, outputs, 3, padding=padding, dilation=dilation))
            self.layers.append(nn.ReLU(inplace=True))
        self.layers.append(nn.Conv2d(channels[-1], classes, 1))
        for layer in self.layers:
            if isinstance(layer, nn.Conv2d):
                start_as_identity(layer, classes, sigma)

    def forward(self, cells: Tensor) -> Tensor:
        """Return refined scores (N, classes, h, w) for scores (N, classes, h, w)."""
        return self.layers(functional.pad(cells, (self.margin,) * 4))


def _multiples(dilations: tuple[int, ...], large: bool) -> list[int]:
    """Return the output channels of each 3x3 layer, in multiples of the number of classes.

    >>> _multiples(DILATIONS[8], large=True)
    [2, 2, 4, 8, 16, 32, 32]
    """
    if not large:
        return [1] * len(dilations)
    growing = [min(2 * dilation, WIDEST) for dilation in dilations[:-1]]
    return [*growing, growing[-1]]


@torch.no_grad()
def start_as_identity(conv: nn.Conv2d, classes: int, sigma: float = SIGMA) -> None:
    """Initialize a convolution to the identity, with zero bias.

    Inputs and outputs are divided into one group per class; an output is initialized to the sum of
    the inputs of its group, scaled to preserve the sum of the group. All weights get noise.

    Args:
        conv: convolution whose input and output channels are multiples of `classes`.
        classes: number of groups.
        sigma: standard deviation of the noise.
    """
    groups_in = torch.arange(conv.in_channels) * classes // conv.in_channels
    groups_out = torch.arange(conv.out_channels) * classes // conv.out_channels
    same = groups_out[:, None] == groups_in[None, :]  # (outputs, inputs)
    center = conv.kernel_size[0] // 2
    nn.init.normal_(conv.weight, std=sigma)
    conv.weight[:, :, center, center].masked_fill_(
        same.to(conv.weight.device), classes / conv.out_channels
    )
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)
