# SPDX-License-Identifier: GPL-2.0-or-later
"""Bilinear interpolation to a given size, and where the pixels of the two sizes lie.

All ways repeat the outermost values beyond the border, so constants stay constant. Papers say
"bilinear" and no more; code differs. By half pixels, the corners of the images coincide. From the
top left, the centers of the first pixels do, as in TensorFlow 1's resize, which moves everything by
up to half a coarse pixel. By corners, the centers of the first and the last pixels do, as with
PyTorch's `align_corners`, so that the scale depends on the size.
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

    One more row and column on both sides turns aligned corners into that.
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
