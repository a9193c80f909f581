# SPDX-License-Identifier: GPL-2.0-or-later
"""The tables: for each architecture, which files fit and where their layers go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import fcn, ladder, maggiori, yu_koltun

if TYPE_CHECKING:
    from ..table import Target

TARGETS: dict[str, Target] = {
    **maggiori.TARGETS,
    **yu_koltun.TARGETS,
    **fcn.TARGETS,
    **ladder.TARGETS,
}
