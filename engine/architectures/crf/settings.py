# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings: weights and widths of the two kernels of a dense CRF, as published.

Widths in color are in gray levels of an 8-bit image. Networks read normalized channels, so
channels are multiplied by a `band_scale` first. The usual normalization (see `Normalization` of a
model card) stretches a band to 0..1 and divides by 0.25: a channel's 1 is 255 * 0.25 = 63.75 gray
levels of the stretched image. Heights come divided by 5 m, so 5 m of height weigh as much as a
quarter of a band's range. Only differences matter, never the mean that was subtracted.

    P. Kraehenbuehl, V. Koltun, Efficient Inference in Fully Connected CRFs with Gaussian Edge
    Potentials, NIPS 2011.
    L.-C. Chen et al., Semantic Image Segmentation with Deep Convolutional Nets and Fully Connected
    CRFs, ICLR 2015; DeepLab, TPAMI 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

BAND_SCALE = 63.75  # gray levels in a channel's 1


@dataclass(frozen=True)
class CrfSettings:
    """The two kernels of a dense CRF.

    Args:
        bilateral_weight: of agreement with near pixels of like color (w1).
        bilateral_px: how near, standard deviation (sa).
        bilateral_levels: how alike in each band, standard deviation in gray levels (sb).
        smooth_weight: of agreement with adjacent pixels (w2).
        smooth_px: how near, standard deviation (sg).
        iterations: of mean field.
    """

    bilateral_weight: float
    bilateral_px: float
    bilateral_levels: float
    smooth_weight: float
    smooth_px: float
    iterations: int

    def __post_init__(self) -> None:
        """Refuse kernels without a width."""
        if min(self.bilateral_px, self.bilateral_levels, self.smooth_px) <= 0:
            raise ValueError("The kernels of a CRF need widths above zero.")
        if self.iterations < 0:
            raise ValueError("A CRF cannot run fewer than zero iterations.")


PRESETS = {
    "deeplab_largefov": CrfSettings(4, 49, 5, 3, 3, iterations=10),
    "deeplab_v2_vgg16": CrfSettings(4, 65, 3, 2, 2, iterations=10),
    "deeplab_v2_resnet101": CrfSettings(4, 67, 3, 3, 1, iterations=10),
    "pydensecrf": CrfSettings(10, 80, 13, 3, 3, iterations=5),
}


def search_grid() -> tuple[CrfSettings, ...]:
    """Return the settings DeepLab compares on a hundred images to find its own.

    >>> len(search_grid())
    288
    """
    tried = product(range(5, 11), range(50, 101, 10), range(3, 11))
    return tuple(CrfSettings(weight, px, levels, 3, 3, 10) for weight, px, levels in tried)
