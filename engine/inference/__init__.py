# SPDX-License-Identifier: GPL-2.0-or-later
"""Inference: rasters of any size through a network, tile by tile, as if in one piece."""
