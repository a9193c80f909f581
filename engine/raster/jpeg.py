# SPDX-License-Identifier: GPL-2.0-or-later
"""JPEG: what it leaves of an image, without a file on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affine import Affine
from rasterio.io import MemoryFile

if TYPE_CHECKING:
    import numpy as np

BLOCK_PX = 16  # compressed together: two by two blocks of 8, whose colors are averaged


def through_jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    """Return an image (3, h, w) uint8 as it comes back from JPEG, (3, h, w) uint8.

    The blocks are laid from the upper left corner.

    Args:
        image: of any three bands; they are compressed as red, green and blue.
        quality: 1..100.
    """
    count, height, width = image.shape
    with MemoryFile() as file:
        with file.open(
            driver="GTiff",
            count=count,
            height=height,
            width=width,
            dtype=image.dtype,
            transform=Affine.translation(1, 1),  # without any, rasterio warns
            compress="jpeg",
            jpeg_quality=quality,
            photometric="ycbcr",
            interleave="pixel",
        ) as target:
            target.write(image)
        with file.open() as source:
            returned: np.ndarray = source.read()
            return returned
