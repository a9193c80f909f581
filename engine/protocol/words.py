# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists in words and texts of others, as messages print them."""

from __future__ import annotations

import unicodedata
from typing import Iterable

DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they can disguise a text
MOST_SHOWN = 300  # characters of a path or title in a message


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


def is_printable(text: str) -> bool:
    """Return whether a text has no control characters, also of direction, or half characters."""
    return not any(
        unicodedata.category(each) in ("Cc", "Cs") or each in DIRECTIONS for each in text
    )


def shortened(text: str, most: int = MOST_SHOWN) -> str:
    """Return a path or title for a message: its middle is left out if it is long.

    Characters that cannot be printed are replaced.

    >>> shortened("/data/" + "a" * 400 + "/image.tif", 23)
    '/data/aaaa.../image.tif'
    """
    if len(text) > most:
        side = (most - 3) // 2
        text = f"{text[:side]}...{text[-side:]}"
    return "".join(each if each.isprintable() else "\ufffd" for each in text)
