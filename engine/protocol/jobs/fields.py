# SPDX-License-Identifier: GPL-2.0-or-later
"""Factories of job fields with help text, choices and format, and checks of values.

Shell flags and Processing parameters are derived from them.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, field
from typing import Any, Tuple

from ..errors import JobError

Extent = Tuple[float, float, float, float]  # xmin, ymin, xmax, ymax in the image's CRS
Range = Tuple[float, float]

HEIGHT_KINDS = ("auto", "dsm", "ndsm", "dsm+dtm")
CLASS_FIELD_TEXT = (
    "field of polygons with the code or the name of the class; empty: detect automatically"
)
LABEL_VALUES_FORM = "VALUE=CLASS,..."
LABEL_VALUES_TEXT = (
    "classes of the label values, if they do not follow the legend, by code or name, for example "
    "6=building,5=tree; values that are not listed are unlabeled. Commas are not allowed in values "
    "or names"
)
DEVICES = ("auto", "cpu", "cuda", "mps")


def option(
    default: Any,
    text: str,
    choices: Tuple[str, ...] = (),
    is_path: bool = False,
    form: str = "",
) -> Any:
    """Return an optional field.

    Args:
        default: default value.
        text: help text.
        choices: allowed values; empty: any.
        is_path: whether the value is the path of a file or folder.
        form: format of the value, if the type does not define it, such as `NAME=VALUE,...`.
    """
    metadata = {"help": text, "choices": choices, "is_path": is_path, "form": form}
    return field(default=default, metadata={**metadata, "is_required": False})


def required(text: str, is_path: bool = False) -> Any:
    """Return a required text field.

    Its default is an empty text, which a job reports in `problems`: in Python 3.9 no field without
    a default can follow the optional fields that a job inherits.

    Args:
        text: help text.
        is_path: whether the value is the path of a file or folder.
    """
    metadata = {"help": text, "choices": (), "is_path": is_path, "form": ""}
    return field(default="", metadata={**metadata, "is_required": True})


def required_path(text: str) -> Any:
    """Return a required field for a path (see `required`)."""
    return required(text, is_path=True)


def is_required(each: Field[Any]) -> bool:
    """Return whether a job file and the flags must give the field."""
    has_default = each.default is not MISSING or each.default_factory is not MISSING
    return bool(each.metadata.get("is_required", not has_default))


def check_choice(name: str, value: str, choices: Tuple[str, ...]) -> None:
    """Check that a value is one of the choices.

    Raises:
        JobError: if the value is not a choice.
    """
    if value not in choices:
        raise JobError(f"'{name}' is {value!r}; it must be one of {', '.join(choices)}.")


def check_at_least(lowest: float, **numbers: float) -> None:
    """Check that numbers, given by name, are not below a limit.

    Raises:
        JobError: if a number is lower.
    """
    for name, value in numbers.items():
        if not value >= lowest:
            raise JobError(f"'{name}' is {value}; it must be at least {lowest:g}.")


def check_at_most(highest: float, **numbers: float) -> None:
    """Check that numbers, given by name, are not above a limit.

    Raises:
        JobError: if a number is higher.
    """
    for name, value in numbers.items():
        if not value <= highest:
            raise JobError(f"'{name}' is {value}; it must be at most {highest:g}.")
