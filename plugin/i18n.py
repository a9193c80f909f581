# SPDX-License-Identifier: GPL-2.0-or-later
"""Translation of the user interface: one context for the whole plugin, one file per language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QCoreApplication, QLocale, QTranslator

from .paths import TRANSLATIONS

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT = "Orthoscribe"


def tr(text: str) -> str:
    """Return `text` in the user's language, or `text` itself if there is no translation."""
    return QCoreApplication.translate(CONTEXT, text)


def install_translator(folder: Path = TRANSLATIONS) -> Optional[QTranslator]:
    """Install the translator of the user's language and return it; None without a translation.

    Remove it with `QCoreApplication.removeTranslator`.
    """
    translator = QTranslator()
    language = QgsSettings().value("locale/userLocale") or QLocale.system().name()
    if not translator.load(QLocale(str(language)), "orthoscribe", "_", str(folder)):
        return None
    QCoreApplication.installTranslator(translator)
    return translator
