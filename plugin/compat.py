# SPDX-License-Identifier: GPL-2.0-or-later
"""The few places where QGIS 3.22 and its successors differ.

Enums need no help: the old scoped spellings are valid everywhere.
"""

from __future__ import annotations

from typing import Any

from qgis.core import NULL

try:
    from qgis.PyQt.QtGui import QAction
except ImportError:  # Qt 5 as wrapped by QGIS 3.22
    from qgis.PyQt.QtWidgets import QAction

__all__ = ["QAction", "can_group", "is_null"]


def is_null(value: Any) -> bool:
    """Say whether an attribute or a setting is empty; the two spellings of NULL are one."""
    return value is None or value == NULL


def can_group(details: Any) -> bool:
    """Say whether Processing itself can load a layer into a group (3.32 and newer)."""
    return hasattr(details, "groupName")
