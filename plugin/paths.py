# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the plugin's own files lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
METADATA = ROOT / "metadata.txt"
RESOURCES = ROOT / "resources"
ICON = RESOURCES / "icons" / "orthoscribe.svg"
TRANSLATIONS = RESOURCES / "i18n"
