# SPDX-License-Identifier: GPL-2.0-or-later
"""Clean-up of class rasters in memory."""

import numpy as np
from orthoscribe.engine.polygons.coverage.clean import RegionCleaner


def clean_regions(codes, minimum_px, minimum_hole_px=None, rows=None):
    """The raster without small regions and holes, cleaned in strips of some rows; None: in one."""
    cleaner = RegionCleaner(codes.shape[1], minimum_px, minimum_hole_px)
    starts = range(0, len(codes), rows or len(codes))
    strips = [codes[row : row + starts.step] for row in starts]
    for strip in strips:
        cleaner.survey(strip)
    return np.concatenate([cleaner.clean(strip) for strip in strips])
