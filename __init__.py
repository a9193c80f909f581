# SPDX-License-Identifier: GPL-2.0-or-later
"""Orthoscribe: land cover from aerial imagery and heights, inside QGIS."""

from __future__ import annotations

from typing import Any


def classFactory(iface: Any) -> Any:
    """Return the plugin; importing it here keeps this package importable without QGIS."""
    from .plugin.plugin import OrthoscribePlugin

    return OrthoscribePlugin(iface)
