# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion between QGIS layers and the engine's files: inputs to paths, results to layers."""
