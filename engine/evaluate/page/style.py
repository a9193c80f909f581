# SPDX-License-Identifier: GPL-2.0-or-later
"""Colors and font of the page and its charts."""

from __future__ import annotations

INK, FAINT, RULE, ACCENT = "#1f2933", "#67737f", "#d9dee3", "#2b6cb0"
FONT = "Helvetica, Arial, sans-serif"
