# SPDX-License-Identifier: GPL-2.0-or-later
"""Import tables: supported files of each architecture and the mapping of their layers."""

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
