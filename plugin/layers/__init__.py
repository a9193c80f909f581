# SPDX-License-Identifier: GPL-2.0-or-later
"""Between QGIS's layers and the engine's files: inputs to paths, results to layers."""
