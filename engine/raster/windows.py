# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion to rasterio's windows, which have the column first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rasterio.windows import Window as RasterioWindow

if TYPE_CHECKING:
    from ..tiling.window import Window


def raster_window(window: Window) -> RasterioWindow:
    """Return a window as a rasterio window.

    >>> from ..tiling.window import Window
    >>> raster_window(Window(row=1, col=2, height=3, width=4))
    Window(col_off=2, row_off=1, width=4, height=3)
    """
    return RasterioWindow(window.col, window.row, window.width, window.height)
