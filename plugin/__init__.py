# SPDX-License-Identifier: GPL-2.0-or-later
"""QGIS side of Orthoscribe: standard library and PyQGIS only.

The engine runs in a separate process.
"""
