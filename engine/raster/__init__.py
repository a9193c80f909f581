# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster input and output: images and heights on one pixel grid, and class rasters."""
