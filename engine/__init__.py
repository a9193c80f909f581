# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine: reads rasters, runs networks, writes land cover. It never imports QGIS."""

__version__ = "0.1.0"
