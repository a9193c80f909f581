# SPDX-License-Identifier: GPL-2.0-or-later
"""Tile geometry in integer pixel coordinates, independent of pixel values."""
