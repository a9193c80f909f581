# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of a dense CRF: published weights and widths of its two kernels.

Color widths are in gray levels of an 8-bit image. The inputs of networks are normalized channels,
so channels are first multiplied by `band_scale`. The default normalization (see `Normalization` of
a model card) stretches a band to 0..1 and divides it by 0.25, so one unit of a channel is
255 * 0.25 = 63.75 gray levels of the stretched image. Heights are divided by 5 m, so 5 m of height
are equivalent to a quarter of a band's range. Only differences matter, so the subtracted mean is
irrelevant.

    P. Kraehenbuehl, V. Koltun, Efficient Inference in Fully Connected CRFs with Gaussian Edge
    Potentials, NIPS 2011.
    L.-C. Chen et al., Semantic Image Segmentation with Deep Convolutional Nets and Fully Connected
    CRFs, ICLR 2015; DeepLab, TPAMI 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

BAND_SCALE = 63.75  # gray levels per unit of a normalized channel


@dataclass(frozen=True)
class CrfSettings:
    """Weights and widths of the two kernels of a dense CRF.

    Args:
        bilateral_weight: weight of the bilateral kernel, for near pixels of similar color (w1).
        bilateral_px: standard deviation of the bilateral kernel in pixels (sa).
        bilateral_levels: standard deviation of the bilateral kernel in gray levels (sb).
        smooth_weight: weight of the smoothness kernel, for near pixels (w2).
        smooth_px: standard deviation of the smoothness kernel in pixels (sg).
        iterations: number of mean field iterations.
    """

    bilateral_weight: float
    bilateral_px: float
    bilateral_levels: float
    smooth_weight: float
    smooth_px: float
    iterations: int

    def __post_init__(self) -> None:
        """Check that widths are positive and the number of iterations is not negative."""
        if min(self.bilateral_px, self.bilateral_levels, self.smooth_px) <= 0:
            raise ValueError("The kernel widths of a CRF must be greater than zero.")
        if self.iterations < 0:
            raise ValueError("The number of CRF iterations must not be negative.")


PRESETS = {
    "deeplab_largefov": CrfSettings(4, 49, 5, 3, 3, iterations=10),
    "deeplab_v2_vgg16": CrfSettings(4, 65, 3, 2, 2, iterations=10),
    "deeplab_v2_resnet101": CrfSettings(4, 67, 3, 3, 1, iterations=10),
    "pydensecrf": CrfSettings(10, 80, 13, 3, 3, iterations=5),
}


def search_grid() -> tuple[CrfSettings, ...]:
    """Return the grid of settings over which DeepLab is cross-validated on a hundred images.

    >>> len(search_grid())
    288
    """
    tried = product(range(5, 11), range(50, 101, 10), range(3, 11))
    return tuple(CrfSettings(weight, px, levels, 3, 3, 10) for weight, px, levels in tried)
