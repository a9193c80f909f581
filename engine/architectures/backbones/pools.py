# SPDX-License-Identifier: GPL-2.0-or-later
"""Max pools with stride two, with the border handling of different releases.

The stems of DenseNet and ResNet pad: 3x3 as published, 2x2 in some releases. Caffe's AlexNet and
GoogLeNet round the output size up, so that the last window may extend beyond the border.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


def pool_stem(maps: Tensor, edge: int) -> Tensor:
    """Return (N, C, H / 2, W / 2), maxima of overlapping 3x3 windows or of 2x2 windows."""
    return functional.max_pool2d(maps, edge, stride=2, padding=(edge - 1) // 2)


def pool_over_border(maps: Tensor, edge: int = 3) -> Tensor:
    """Return (N, C, ceil(H / 2), ceil(W / 2)), maxima of overlapping 3x3 or of 2x2 windows."""
    return functional.max_pool2d(maps, edge, stride=2, ceil_mode=True)
