# SPDX-License-Identifier: GPL-2.0-or-later
"""Filter that hides polygons below a confidence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

FIELD = "confidence"
_OURS = re.compile(rf'"{FIELD}" >= \d+ OR "{FIELD}" IS NULL')


def filter_by_confidence(layers: Iterable[QgsVectorLayer], percent: int) -> None:
    """Hide the features below a confidence; features without a confidence stay.

    Layers that are edited, or have a filter of the user, are left as they are.

    Args:
        layers: vector layers of runs.
        percent: least confidence in percent; 0 shows all features.
    """
    wanted = f'"{FIELD}" >= {percent} OR "{FIELD}" IS NULL' if percent else ""
    for layer in layers:
        current = layer.subsetString()
        is_ours = not current or _OURS.fullmatch(current)
        has_field = layer.fields().lookupField(FIELD) >= 0
        if has_field and is_ours and current != wanted and not layer.isEditable():
            layer.setSubsetString(wanted)
