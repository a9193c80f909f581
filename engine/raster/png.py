# SPDX-License-Identifier: GPL-2.0-or-later
"""PNG encoding of pictures for reports and previews."""

from __future__ import annotations

from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

if TYPE_CHECKING:
    import numpy as np


def png_bytes(picture: np.ndarray) -> bytes:
    """Return a picture (3, h, w) uint8, red, green and blue, as the content of a PNG file."""
    count, height, width = picture.shape
    size = {"count": count, "height": height, "width": width, "dtype": "uint8"}
    with MemoryFile() as file, catch_warnings():
        simplefilter("ignore", NotGeoreferencedWarning)
        with file.open(driver="PNG", **size) as dataset:
            dataset.write(picture)
        content: bytes = file.read()
        return content
