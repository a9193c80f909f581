# SPDX-License-Identifier: GPL-2.0-or-later
"""Classes of label values that do not follow the legend, given as VALUE=CLASS."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from .errors import JobError


def meanings_of(label_values: Tuple[str, ...]) -> Dict[str, str]:
    """Return the class of each value, by the value as normalized by `spelled`.

    Raises:
        JobError: if an entry is not of the form VALUE=CLASS, or a value is given twice.
    """
    meanings: Dict[str, str] = {}
    for entry in label_values:
        value, _, name = (part.strip() for part in entry.rpartition("="))
        if not value or not name:
            raise JobError(f"'label_values' has {entry!r}; each must be written VALUE=CLASS.")
        if spelled(value) in meanings:
            raise JobError(f"'label_values' has two entries for {value}: leave one out.")
        meanings[spelled(value)] = name
    return meanings


def spelled(value: Any) -> str:
    """Return a value in normalized form: lower case, words joined by `_`, 6.0 as 6."""
    text = "_".join(str(value).lower().split())
    whole, _, decimals = text.partition(".")
    is_whole = whole.lstrip("-").isdecimal() and decimals and not decimals.strip("0")
    return whole if is_whole else text
