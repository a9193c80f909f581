# SPDX-License-Identifier: GPL-2.0-or-later
"""Levels of the sentences in the message place of the wizard."""

from __future__ import annotations

NOTE, PROBLEM, SUCCESS = LEVELS = ("note", "problem", "success")
# They differ in shape, for color-blind users and for both themes.
SIGNS = {NOTE: "● ", PROBLEM: "▲ ", SUCCESS: "✓ "}


def marked(level: str, sentence: str) -> str:
    """Return a sentence with the sign of its level; an empty one stays empty.

    >>> marked("problem", "No image is given.")
    '▲ No image is given.'
    """
    return f"{SIGNS[level]}{sentence}" if sentence else ""
