# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters: images and heights on one pixel grid, and class rasters to write."""
