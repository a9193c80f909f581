# SPDX-License-Identifier: GPL-2.0-or-later
"""Meanings: which class of a legend the values of labels stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..protocol import InputError

if TYPE_CHECKING:
    from ..protocol import Legend
    from .truth import Truth


def index_of_class(said: Any, legend: Legend, path: str) -> int:
    """Return the index of a class given by code, name or title.

    Args:
        said: what stands in the file, or in the job.
        legend: the classes there are.
        path: of the labels, for the message.

    Raises:
        InputError: the legend has no such class.
    """
    wanted = spelled(said)
    for index, one in enumerate(legend.classes):
        if wanted in (one.name, spelled(one.title), str(one.code)):
            return index
    known = ", ".join(f"{one.code} {one.name}" for one in legend.classes)
    raise InputError(f"The labels {path} have the class '{said}', which is none of {known}.")


def indexes_by_value(truth: Truth, legend: Legend) -> dict[str, int]:
    """Return the index in a legend of each value that a truth says the meaning of.

    Raises:
        InputError: a meaning is none of the legend's classes.
    """
    return {
        spelled(value): index_of_class(said, legend, truth.path)
        for value, said in truth.meanings.items()
    }


def spelled(value: Any) -> str:
    """Return a value as it is compared: lower case, without spaces, whole numbers as such."""
    text = str(value).strip().lower().replace(" ", "_")
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else text
