# SPDX-License-Identifier: GPL-2.0-or-later
"""Max pools at stride two, and what each does at the border.

Stems of DenseNet and ResNet pad: 3x3 as published, 2x2 in some releases. Caffe's AlexNet and
GoogLeNet round up, so that the last cell may reach over the border.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor


def pool_stem(maps: Tensor, edge: int) -> Tensor:
    """Return (N, C, H / 2, W / 2), maxima of 3x3 cells that overlap or of 2x2 cells."""
    return functional.max_pool2d(maps, edge, stride=2, padding=(edge - 1) // 2)


def pool_over_border(maps: Tensor, edge: int = 3) -> Tensor:
    """Return (N, C, H / 2, W / 2) rounded up, maxima of 3x3 cells that overlap or of 2x2 cells."""
    return functional.max_pool2d(maps, edge, stride=2, ceil_mode=True)
