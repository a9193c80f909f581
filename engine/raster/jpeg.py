# SPDX-License-Identifier: GPL-2.0-or-later
"""JPEG compression artifacts: an image compressed and decompressed in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affine import Affine
from rasterio.io import MemoryFile

if TYPE_CHECKING:
    import numpy as np

BLOCK_PX = 16  # minimum coded unit: 2 x 2 blocks of 8 px, with subsampled chroma


def through_jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    """Return an image (3, h, w) uint8 after JPEG compression and decompression.

    Blocks start at the upper left corner.

    Args:
        image: image of any three bands; they are compressed as red, green and blue.
        quality: JPEG quality, 1..100.
    """
    count, height, width = image.shape
    with MemoryFile() as file:
        with file.open(
            driver="GTiff",
            count=count,
            height=height,
            width=width,
            dtype=image.dtype,
            transform=Affine.translation(1, 1),  # rasterio warns about a missing transform
            compress="jpeg",
            jpeg_quality=quality,
            photometric="ycbcr",
            interleave="pixel",
        ) as target:
            target.write(image)
        with file.open() as source:
            returned: np.ndarray = source.read()
            return returned
