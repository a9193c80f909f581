# SPDX-License-Identifier: GPL-2.0-or-later
"""Labeling: rasters of any size through a network, tile by tile, exactly as in one piece."""
