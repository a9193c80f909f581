# SPDX-License-Identifier: GPL-2.0-or-later
"""Meanings: which class of a legend the values of labels stand for.

Codes are compared as numbers (2, "2" and 2.0 are one code) and names without regard to case,
surrounding spaces, and whether words are joined by spaces, hyphens or underscores.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from ..protocol import InputError, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..protocol import Legend
    from .truth import Truth

MOST_LISTED = 20


def is_missing(said: Any) -> bool:
    """Return whether a field holds no value: NULL, NaN or nothing but spaces."""
    return said is None or said != said or (isinstance(said, str) and not said.strip())  # noqa: PLR0124


def find_class(said: Any, legend: Legend) -> int | None:
    """Return the index of a class given by code, name or title; None: the legend has no such."""
    number = number_in(said)
    if number is not None:
        return legend.codes.index(int(number)) if number in legend.codes else None
    return find_name(said, legend)


def find_name(said: Any, legend: Legend) -> int | None:
    """Return the index of a class given by name or title; None: the legend has no such."""
    wanted = _joined(said)
    for index, one in enumerate(legend.classes):
        if wanted in (_joined(one.name), _joined(one.title)):
            return index
    return None


def number_in(said: Any) -> float | None:
    """Return the number that a value is, or is the text of; None: it is none."""
    try:
        number = float(said)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) and "_" not in str(said) else None


def indexes_by_value(truth: Truth, legend: Legend) -> dict[str, int]:
    """Return the index in a legend of each value that a truth says the meaning of.

    Raises:
        InputError: meanings are none of the legend's classes.
    """
    found = {value: find_class(said, legend) for value, said in truth.meanings.items()}
    unknown = [
        f"{value} means '{truth.meanings[value]}'"
        for value, index in found.items()
        if index is None
    ]
    if unknown:
        which = "which is none" if len(unknown) == 1 else "none of which is one"
        raise InputError(
            f"Label values say that {listed(unknown)}, {which} of the classes "
            f"{names_of(legend)}: write one of these."
        )
    return {value: index for value, index in found.items() if index is not None}


def names_of(legend: Legend) -> str:
    """Return codes and names of a legend's classes, for messages."""
    return ", ".join(f"{one.code} {one.name}" for one in legend.classes)


def listed(items: Sequence[str]) -> str:
    """Return items for a message; of very many the first ones and how many more there are."""
    more = len(items) - MOST_LISTED
    return ", ".join(items[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def _joined(said: Any) -> str:
    return spelled(said).replace("-", "_")
