# SPDX-License-Identifier: GPL-2.0-or-later
"""Lookup of classes in a legend by code, name or title.

Codes are compared as numbers: 2, "2" and 2.0 are the same. For names, case and surrounding spaces
are ignored, and spaces, hyphens and underscores are equivalent.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from ..protocol import InputError, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..protocol import Legend
    from .truth_source import Truth

MOST_LISTED = 20


def is_missing(value: Any) -> bool:
    """Return whether a value is missing: NULL, NaN, empty or only spaces."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())  # noqa: PLR0124


def find_class(value: Any, legend: Legend) -> int | None:
    """Return the index of a class by code, name or title; None if it is not in the legend."""
    number = number_in(value)
    if number is not None:
        return legend.codes.index(int(number)) if number in legend.codes else None
    return find_name(value, legend)


def find_name(name: Any, legend: Legend) -> int | None:
    """Return the index of a class by name or title; None if it is not in the legend."""
    wanted = _joined(name)
    for index, one in enumerate(legend.classes):
        if wanted in (_joined(one.name), _joined(one.title)):
            return index
    return None


def number_in(value: Any) -> float | None:
    """Return a value or its text as a finite number; None if it is not a number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) and "_" not in str(value) else None


def indexes_by_value(truth: Truth, legend: Legend) -> dict[str, int]:
    """Return the index in a legend of each value in the label values of a truth.

    Raises:
        InputError: if a class is not in the legend.
    """
    found = {value: find_class(name, legend) for value, name in truth.meanings.items()}
    unknown = [
        f"{value} means '{truth.meanings[value]}'"
        for value, index in found.items()
        if index is None
    ]
    if unknown:
        which = "which is none" if len(unknown) == 1 else "none of which is one"
        raise InputError(
            f"According to label_values {listed(unknown)}, {which} of the classes "
            f"{names_of(legend)}: write one of these."
        )
    return {value: index for value, index in found.items() if index is not None}


def names_of(legend: Legend) -> str:
    """Return the codes and names of a legend's classes, for messages."""
    return ", ".join(f"{one.code} {one.name}" for one in legend.classes)


def listed(items: Sequence[str]) -> str:
    """Return items for a message; of many, the first ones and the number of others."""
    more = len(items) - MOST_LISTED
    return ", ".join(items[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _joined(name: Any) -> str:
    return spelled(name).replace("-", "_")
