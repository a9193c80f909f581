# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters in, rasters out: the only package that knows files of pixels."""
