# SPDX-License-Identifier: GPL-2.0-or-later
"""Removal of passwords and personal paths from texts that are stored or passed on."""

from __future__ import annotations

import getpass
import re
from pathlib import Path
from typing import List, Tuple

HIDDEN = "****"

_USER_INFO = re.compile(r"(?P<scheme>\b[a-zA-Z][\w+.-]*://)[^\s/@'\"<>]*(?:@[^\s/@'\"<>]+)*@")
_QUERY = re.compile(r"(?i)\b(?P<name>token|key|secret|password|sig|signature)=[^\s&'\"]+")


def without_passwords(text: str) -> str:
    """Return `text` without the user names and passwords in its addresses.

    >>> without_passwords("at https://ann@index.example/simple?token=word")
    'at https://****@index.example/simple?token=****'
    """
    text = _USER_INFO.sub(rf"\g<scheme>{HIDDEN}@", text)
    return _QUERY.sub(rf"\g<name>={HIDDEN}", text)


def without_personal_data(text: str) -> str:
    """Return `text` without passwords, with `~` for the home folder and without the user's name."""
    text = without_passwords(text)
    for found, replacement in _personal():
        text = re.sub(found, replacement, text, flags=re.IGNORECASE)
    return text


def _personal() -> List[Tuple[str, str]]:
    home = str(Path.home())
    patterns = []
    if len(Path(home).parts) > 1:
        patterns.append((rf"{re.escape(home)}(?![\w.-])", "~"))
        patterns.append((rf"{re.escape(home.replace(chr(92), '/'))}(?![\w.-])", "~"))
    try:
        name = getpass.getuser()
    except (ImportError, KeyError, OSError):
        return patterns
    separators = r"[\\/]"
    patterns.append((rf"(?<={separators}){re.escape(name)}(?={separators})", "user"))
    return patterns
