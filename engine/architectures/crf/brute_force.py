# SPDX-License-Identifier: GPL-2.0-or-later
"""Brute-force filter: the explicit kernel matrix of all pairs of pixels, as a reference.

Memory and time grow with the square of the number of pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

MOST_PIXELS = 10_000  # their kernel takes 400 MB in single precision
EXACT = "donot_use_mm_for_euclid_dist"


class BruteForceFilter:
    """Sums over all pixels, weighted by the Gaussian of the distance of their features.

    The sum of a pixel includes its own value.

    Args:
        features: features in units of standard deviations, (pixels, dimensions).

    Raises:
        ValueError: if the image has more than 10,000 pixels.
    """

    def __init__(self, features: Tensor) -> None:
        if len(features) > MOST_PIXELS:
            raise ValueError(
                f"The brute-force CRF supports at most {MOST_PIXELS} pixels, "
                f"but the image has {len(features)}. Use a smaller image or the dense CRF."
            )
        # Matrix multiplication would lose precision for small distances, which have the most weight
        distances = torch.cdist(features, features, compute_mode=EXACT)
        self.kernel = torch.exp(-distances.square() / 2)  # (pixels, pixels)

    def __call__(self, values: Tensor) -> Tensor:
        """Return the sums, (pixels, channels), of values (pixels, channels)."""
        return self.kernel @ values
