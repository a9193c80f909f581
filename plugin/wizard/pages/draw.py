# SPDX-License-Identifier: GPL-2.0-or-later
"""Page *Draw*: polygons with the right class where the map is wrong."""

from __future__ import annotations

from ..page import Page


class DrawPage(Page):
    """Page for drawing."""
