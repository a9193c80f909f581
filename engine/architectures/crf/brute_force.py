# SPDX-License-Identifier: GPL-2.0-or-later
"""Brute force: the kernel between all pairs of pixels, written out. The reference.

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

    A pixel's own value is one of those it sums.

    Args:
        features: (pixels, dimensions), in standard deviations.

    Raises:
        ValueError: there are more than 10,000 pixels.
    """

    def __init__(self, features: Tensor) -> None:
        if len(features) > MOST_PIXELS:
            raise ValueError(
                f"All pairs of {len(features)} pixels are too many: "
                f"brute force is for {MOST_PIXELS} pixels at most."
            )
        # Distances by a product of matrices would lose the small ones, which count most
        distances = torch.cdist(features, features, compute_mode=EXACT)
        self.kernel = torch.exp(-distances.square() / 2)  # (pixels, pixels)

    def __call__(self, values: Tensor) -> Tensor:
        """Return the sums, (pixels, channels), of values (pixels, channels)."""
        return self.kernel @ values
