# SPDX-License-Identifier: GPL-2.0-or-later
"""Bilinear interpolation to a given size, with the pixel alignments of different releases.

All of them replicate the outermost values beyond the border, so that constants stay constant.
Papers only mention "bilinear", while implementations differ. With half-pixel alignment, the image
corners coincide. With top-left alignment, the centers of the first pixels coincide, as in
TensorFlow 1's resize, which shifts the result by up to half a coarse pixel. With corner alignment,
the centers of the first and last pixels coincide, as with PyTorch's `align_corners`, so that the
scale depends on the size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor
from torch.nn import functional

Enlarge = Callable[[Tensor, Sequence[int]], Tensor]


def enlarge_centered(maps: Tensor, size: Sequence[int]) -> Tensor:
    """Return (N, C, H', W') for (N, C, H, W): pixel x' lies at (x' + 0.5) W / W' - 0.5."""
    return functional.interpolate(maps, list(size), mode="bilinear", align_corners=False)


def enlarge_from_top_left(maps: Tensor, size: Sequence[int]) -> Tensor:
    """Return (N, C, H', W') for (N, C, H, W): pixel x' lies at x' W / W'.

    Adding one row and one column to both input and output reduces this to aligned corners.
    """
    height, width = size
    bordered = functional.pad(maps, (0, 1, 0, 1), mode="replicate")  # (N, C, H + 1, W + 1)
    large = functional.interpolate(
        bordered, (height + 1, width + 1), mode="bilinear", align_corners=True
    )  # (N, C, H' + 1, W' + 1)
    return large[..., :height, :width]


def enlarge_by_corners(maps: Tensor, size: Sequence[int]) -> Tensor:
    """Return (N, C, H', W') for (N, C, H, W): pixel x' lies at x' (W - 1) / (W' - 1)."""
    return functional.interpolate(maps, list(size), mode="bilinear", align_corners=True)


ENLARGE: dict[str, Enlarge] = {
    "half-pixel": enlarge_centered,
    "top-left": enlarge_from_top_left,
    "corners": enlarge_by_corners,
}
