# SPDX-License-Identifier: GPL-2.0-or-later
"""The QGIS side: standard library and PyQGIS only; the engine lives in a process of its own."""
