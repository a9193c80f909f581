# SPDX-License-Identifier: GPL-2.0-or-later
"""Label values: what the values of labels mean that do not follow the legend, as VALUE=CLASS."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from .errors import JobError


def meanings_of(label_values: Tuple[str, ...]) -> Dict[str, str]:
    """Return the class that each value stands for, by the value as `spelled`.

    Raises:
        JobError: an entry is not written VALUE=CLASS, or a value is given twice.
    """
    meanings: Dict[str, str] = {}
    for entry in label_values:
        value, _, said = (part.strip() for part in entry.rpartition("="))
        if not value or not said:
            raise JobError(f"'label_values' has {entry!r}; each is written VALUE=CLASS.")
        if spelled(value) in meanings:
            raise JobError(f"'label_values' says twice what {value} means: leave one out.")
        meanings[spelled(value)] = said
    return meanings


def spelled(value: Any) -> str:
    """Return a value as it is compared: lower case, words joined by `_`, 6.0 as 6."""
    text = "_".join(str(value).lower().split())
    whole, _, decimals = text.partition(".")
    is_whole = whole.lstrip("-").isdecimal() and decimals and not decimals.strip("0")
    return whole if is_whole else text
