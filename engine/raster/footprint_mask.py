# SPDX-License-Identifier: GPL-2.0-or-later
"""Mark of a mosaic whose mask shows where its files are, and nothing about values inside of them.

Black corners that the files do not declare are still searched for in such a mosaic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import FOOTPRINT_MASK

if TYPE_CHECKING:
    from rasterio.io import DatasetReader


def is_footprint_mask(dataset: DatasetReader) -> bool:
    """Return whether the mask of a dataset is that of the footprints of a mosaic's files."""
    return FOOTPRINT_MASK in dataset.tags()
