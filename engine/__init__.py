# SPDX-License-Identifier: GPL-2.0-or-later
"""Engine that reads rasters, runs networks and writes land cover. It never imports QGIS."""

__version__ = "0.1.0"
