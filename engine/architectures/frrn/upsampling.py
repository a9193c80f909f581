# SPDX-License-Identifier: GPL-2.0-or-later
"""Bilinear upsampling by two, from one scale of the pooling stream to the next finer one.

The paper does not specify the pixel alignment; tf-frrn aligns pixels at the top left,
pytorch-semseg at their corners.

    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Table 1.
"""

from __future__ import annotations

from torch import Tensor, nn

from ..interpolation import ENLARGE


class BilinearDouble(nn.Module):
    """Bilinear upsampling by two.

    Args:
        alignment: pixel alignment, a key of `ENLARGE`.
    """

    def __init__(self, alignment: str) -> None:
        super().__init__()
        self.enlarge = ENLARGE[alignment]

    def forward(self, maps: Tensor) -> Tensor:
        """Return (N, C, 2 h, 2 w) for (N, C, h, w)."""
        height, width = maps.shape[-2:]
        return self.enlarge(maps, (2 * height, 2 * width))
