# SPDX-License-Identifier: GPL-2.0-or-later
"""Class rasters for tests of coverages: noise, patches and a small town."""

import numpy as np
from scipy import ndimage


def blobs(height, width, sigma_px, classes=5, seed=0):
    """Smooth patches of `classes` codes from 1 on."""
    noise = np.random.default_rng(seed).standard_normal((classes, height, width))
    smooth = [ndimage.gaussian_filter(each, sigma_px) for each in noise]
    return (np.argmax(smooth, axis=0) + 1).astype(np.uint8)


def noise(height, width, classes=5, seed=0):
    """Codes from 1 on, drawn pixel by pixel."""
    return np.random.default_rng(seed).integers(1, classes + 1, (height, width)).astype(np.uint8)


def town(height, width, seed=0):
    """Streets, houses with yards and cars, seen at an angle and with frayed borders."""
    rng = np.random.default_rng(seed)
    rows, columns = np.indices((height, width))
    along, across = 0.9 * columns + 0.4 * rows, 0.9 * rows - 0.4 * columns
    along += rng.normal(0, 0.7, along.shape)
    across += rng.normal(0, 0.7, across.shape)
    codes = np.where(rng.random((height, width)) < 0.004, 4, 3)
    codes[ndimage.gaussian_filter(rng.normal(size=codes.shape), 5) > 0.06] = 4
    codes[(along % 40 > 12) & (along % 40 < 30) & (across % 34 > 14)] = 2
    codes[(across % 34 < 9) | (along % 120 < 8)] = 1
    codes[(across % 34 > 6) & (across % 34 < 9) & (along % 25 < 11)] = 5
    return codes.astype(np.uint8)


RASTERS = {
    "noise": noise(90, 110),
    "two classes": noise(80, 70, classes=2),
    "small blobs": blobs(150, 200, 2),
    "large blobs": blobs(260, 220, 9),
    "town": town(220, 300),
}


def padded(codes):
    """Codes with a row of 0 above and a column of 0 on either side, as in `Strip.codes`."""
    return np.pad(np.asarray(codes, np.uint8), ((1, 0), (1, 1)))
