# SPDX-License-Identifier: GPL-2.0-or-later
"""Tiled labeling of rasters of any size, with the same result as for the whole raster."""
