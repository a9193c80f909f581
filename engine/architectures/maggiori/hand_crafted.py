# SPDX-License-Identifier: GPL-2.0-or-later
"""Hand-crafted features of pixels.

Vegetation index, saturation, bands and height of a pixel, and the mean and standard deviation of
each of them in a small and a larger window around it. Windows are clipped at the border of the
image, so that no values are invented beyond it.

    S. Paisitkriangkrai, J. Sherrah, P. Janney, A. van den Hengel, Effective Semantic Pixel
    Labelling with Convolutional Networks and Conditional Random Fields, CVPR Workshops 2015. Only
    the types of features are published; windows and formulas are the choice of this project.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ...protocol import Normalization
from ..streams import IMAGE_BANDS

WINDOWS_PX = (5, 17)
DARKEST = 0.05  # indices of darker pixels are mostly noise


def feature_count(bands: int) -> int:
    """Return the number of features of an image with `bands` bands."""
    return (bands + 2) * (1 + 2 * len(WINDOWS_PX))


def hand_crafted(image: Tensor) -> Tensor:
    """Return features (N, F, H, W) of a normalized image (N, bands, H, W), NIR, R, G first."""
    bright = _brightness(image[:, :IMAGE_BANDS])  # (N, image bands, H, W)
    here = torch.cat([image, vegetation_index(bright), saturation(bright)], dim=1)
    around = [local for window in WINDOWS_PX for local in local_statistics(here, window)]
    return torch.cat([here, *around], dim=1)


def vegetation_index(bright: Tensor) -> Tensor:
    """Return (NIR - red) / (NIR + red), (N, 1, H, W), 0 if there is only one band."""
    nir, red = bright[:, :1], bright[:, 1:2] if bright.shape[1] > 1 else bright[:, :1]
    return (nir - red) / (nir + red).clamp(min=DARKEST)


def saturation(bright: Tensor) -> Tensor:
    """Return the saturation, (N, 1, H, W), 0 for gray and 1 for pure colors."""
    highest, lowest = bright.amax(1, keepdim=True), bright.amin(1, keepdim=True)
    return (highest - lowest) / highest.clamp(min=DARKEST)


def local_statistics(maps: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation in square windows, both (N, C, H, W)."""
    mean = _local_mean(maps, window)
    variance = _local_mean(maps.square(), window) - mean.square()
    return mean, variance.clamp(min=0).sqrt()


def _local_mean(maps: Tensor, window: int) -> Tensor:
    """Return means over windows clipped at the border; the mean filter is separable."""
    for size in ((window, 1), (1, window)):
        padding = size[0] // 2, size[1] // 2
        maps = functional.avg_pool2d(maps, size, 1, padding, count_include_pad=False)
    return maps


def _brightness(bands: Tensor) -> Tensor:
    """Return bands from about 0 (dark) to about 1 (bright) by inverting the normalization."""
    usual = Normalization()
    return (bands * usual.band_std[0] + usual.band_mean[0]).clamp(min=0)
