# SPDX-License-Identifier: GPL-2.0-or-later
"""Meanings: which class of a legend the values of labels stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..protocol import InputError, spelled

if TYPE_CHECKING:
    from ..protocol import Legend
    from .truth import Truth


def find_class(said: Any, legend: Legend) -> int | None:
    """Return the index of a class given by code, name or title; None: the legend has no such."""
    wanted = spelled(said)
    for index, one in enumerate(legend.classes):
        if wanted in (one.name, spelled(one.title), str(one.code)):
            return index
    return None


def indexes_by_value(truth: Truth, legend: Legend) -> dict[str, int]:
    """Return the index in a legend of each value that a truth says the meaning of.

    Raises:
        InputError: a meaning is none of the legend's classes.
    """
    found = {value: find_class(said, legend) for value, said in truth.meanings.items()}
    for value, index in found.items():
        if index is None:
            raise InputError(
                f"Label values say that {value} means '{truth.meanings[value]}', which is none of "
                f"the classes {names_of(legend)}: write one of these."
            )
    return {value: index for value, index in found.items() if index is not None}


def names_of(legend: Legend) -> str:
    """Return codes and names of a legend's classes, for messages."""
    return ", ".join(f"{one.code} {one.name}" for one in legend.classes)
