# SPDX-License-Identifier: GPL-2.0-or-later
"""Paths of the plugin's own files."""

from __future__ import annotations

from .engine_client.launch import ROOT

METADATA = ROOT / "metadata.txt"
RESOURCES = ROOT / "resources"
ICON = RESOURCES / "icons" / "orthoscribe.svg"
TRANSLATIONS = RESOURCES / "i18n"
