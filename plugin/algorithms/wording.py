# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of jobs and of the engine in the words of a dialog.

Jobs name their fields, as `class_field`, and values, as `dsm+dtm`, which are flags in a shell. A
dialog shows titles instead. The engine names files; a layer that was written to a temporary file
for it has the name of the layer in the dialog.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable, Dict, Mapping

from ..choices import TITLES
from ..i18n import tr

if TYPE_CHECKING:
    from qgis.core import QgsProcessingAlgorithm

NOTE = re.compile(r" \(automatic[^)]*\)$")  # such as `(automatic if not set)`


def wording_for(
    algorithm: QgsProcessingAlgorithm, copies: Mapping[str, str]
) -> Callable[[str], str]:
    """Return the conversion of a message to the words of an algorithm's dialog.

    Args:
        algorithm: algorithm with the titles of its parameters.
        copies: name of the layer by the path of its temporary copy.
    """
    titles = titles_of(algorithm)
    return lambda message: in_words(message, titles, copies)


def titles_of(algorithm: QgsProcessingAlgorithm) -> Dict[str, str]:
    """Return the title of each parameter by the name of its field, without notes."""
    definitions = algorithm.parameterDefinitions()
    return {each.name().lower(): NOTE.sub("", each.description()) for each in definitions}


def in_words(message: str, titles: Mapping[str, str], copies: Mapping[str, str]) -> str:
    """Return a message with titles for fields and values, and layers for temporary files.

    >>> in_words("'patch_px' is 3; it must be at least 32.", {"patch_px": "Patch size (px)"}, {})
    "'Patch size (px)' is 3; it must be at least 32."
    >>> in_words("The labels /tmp/a.gpkg have no field.", {}, {"/tmp/a.gpkg": "drawn"})
    "The labels 'drawn' have no field."
    """
    for path, layer in copies.items():
        message = message.replace(path, f"'{layer}'")
    for field, title in titles.items():
        message = _field_pattern(field).sub(f"'{title}'", message)
    for word, title in TITLES["heights"].items():
        pattern = re.compile(rf"(eights are|choose|as) '{re.escape(word)}'")
        message = pattern.sub(rf"\1 '{tr(title)}'", message)
    return message


def _field_pattern(field: str) -> re.Pattern[str]:
    """Return a pattern for a field; a name of one word counts only as the subject of a sentence."""
    if "_" not in field:
        return re.compile(rf"^'{field}'(?= is )")
    return re.compile(rf"'{field}'|(?<![\w/\\.|'-]){field}(?![\w/\\.]\w|\w|')")
