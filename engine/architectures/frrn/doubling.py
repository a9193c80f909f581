# SPDX-License-Identifier: GPL-2.0-or-later
"""Bilinear doubling: how the pooling stream comes back to the next finer scale.

The paper does not say where pixels lie; tf-frrn aligns them from the top left, pytorch-semseg by
their corners.

    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Table 1.
"""

from __future__ import annotations

from torch import Tensor, nn

from ..enlarging import ENLARGE


class BilinearDouble(nn.Module):
    """Double H and W.

    Args:
        alignment: a name of `ENLARGE`.
    """

    def __init__(self, alignment: str) -> None:
        super().__init__()
        self.enlarge = ENLARGE[alignment]

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, C, 2 h, 2 w) for (N, C, h, w)."""
        height, width = maps.shape[-2:]
        return self.enlarge(maps, (2 * height, 2 * width))
