# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from orthoscribe.engine.raster.windows import raster_window
from orthoscribe.engine.tiling.window import Window


def test_window_covers_the_same_pixels_for_rasterio():
    window = Window(row=1, col=2, height=3, width=5)
    assert raster_window(window).toslices() == window.slices
