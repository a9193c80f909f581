# SPDX-License-Identifier: GPL-2.0-or-later
"""Differences between QGIS 3.22 and later versions.

Enums need no treatment: the old scoped names are valid in all versions.
"""

from __future__ import annotations

from typing import Any

from qgis.core import NULL, Qgis
from qgis.PyQt.QtCore import QMetaType, QVariant

try:
    from qgis.PyQt.QtGui import QAction
except ImportError:  # Qt 5 as wrapped by QGIS 3.22
    from qgis.PyQt.QtWidgets import QAction

__all__ = ["INTEGER_TYPE", "TEXT_TYPE", "QAction", "is_null", "supports_layer_groups"]

# Types of fields; QGIS 3.38 turned from QVariant's types to those of QMetaType. The former have no
# scope, as checkers for Qt 6 ask for.
_HAS_META_TYPES = Qgis.QGIS_VERSION_INT >= 33800
TEXT_TYPE = QMetaType.Type.QString if _HAS_META_TYPES else QVariant.String
INTEGER_TYPE = QMetaType.Type.Int if _HAS_META_TYPES else QVariant.Int


def is_null(value: Any) -> bool:
    """Return whether an attribute or a setting is empty, either None or NULL."""
    return value is None or value == NULL


def supports_layer_groups(details: Any) -> bool:
    """Return whether Processing can load a layer into a group (QGIS 3.32 and later)."""
    return hasattr(details, "groupName")
