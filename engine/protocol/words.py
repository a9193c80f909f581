# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists in words, as messages print them."""

from __future__ import annotations

from typing import Iterable


def listed(words: Iterable[object], conjunction: str = "and") -> str:
    """Return words with commas between them and a conjunction before the last one.

    Args:
        words: words, numbers or other values to print; an empty list gives an empty string.
        conjunction: `and` or `or`.

    >>> listed(["red", "green", "blue"])
    'red, green and blue'
    >>> listed([7, 9], "or")
    '7 or 9'
    """
    *others, last = [str(word) for word in words] or [""]
    return f"{', '.join(others)} {conjunction} {last}" if others else last
