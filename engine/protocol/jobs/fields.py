# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields of jobs: each with its help text, its choices, and whether it is a path.

Shell flags and Processing parameters are derived from them.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any, Tuple

from ..errors import JobError

Extent = Tuple[float, float, float, float]  # xmin, ymin, xmax, ymax in the image's CRS
Range = Tuple[float, float]

HEIGHT_KINDS = ("auto", "dsm", "ndsm", "dsm+dtm")
LABEL_VALUES_FORM = "VALUE=CLASS,..."
LABEL_VALUES_TEXT = (
    "what the values of the labels mean where they do not follow the legend, each class by its "
    "code or name, as 6=building,5=tree; values left out are unknown. None can have a comma"
)
DEVICES = ("auto", "cpu", "cuda", "mps")


def says(
    default: Any,
    text: str,
    choices: Tuple[str, ...] = (),
    is_path: bool = False,
    form: str = "",
) -> Any:
    """Return a field with a default, its help text, and what it can be.

    Args:
        default: value where none is given.
        text: help.
        choices: values there are; empty: any.
        is_path: it names a file or a folder.
        form: how it is written, where its type does not tell: `NAME=VALUE,...`.
    """
    metadata = {"help": text, "choices": choices, "is_path": is_path, "form": form}
    return field(default=default, metadata=metadata)


def requires(text: str) -> Any:
    """Return a field that must be given."""
    return field(metadata={"help": text, "choices": (), "is_path": False, "form": ""})


def requires_path(text: str) -> Any:
    """Return a field for a path that must be given."""
    return field(metadata={"help": text, "choices": (), "is_path": True, "form": ""})


def check_choice(name: str, value: str, choices: Tuple[str, ...]) -> None:
    """Refuse a value that is not one of the choices.

    Raises:
        JobError: it is not.
    """
    if value not in choices:
        raise JobError(f"'{name}' is {value!r}; it must be one of {', '.join(choices)}.")


def check_at_least(lowest: float, **numbers: float) -> None:
    """Refuse numbers, given by their name, that are too low.

    Raises:
        JobError: one is.
    """
    for name, value in numbers.items():
        if not value >= lowest:
            raise JobError(f"'{name}' is {value}; it must be at least {lowest:g}.")


def check_at_most(highest: float, **numbers: float) -> None:
    """Refuse numbers, given by their name, that are too high.

    Raises:
        JobError: one is.
    """
    for name, value in numbers.items():
        if not value <= highest:
            raise JobError(f"'{name}' is {value}; it must be at most {highest:g}.")
