# SPDX-License-Identifier: GPL-2.0-or-later
"""Flags: one for each field of a job, with the help, choices and default of the field.

`size_px` becomes `--size-px` and, without the unit, `--size`. A tuple is a comma-separated list, a
list of ranges is written `low:high,low:high`, and a switch has an opposite: `--no-draw-polygons`.
The positional fields of a job have no flag. A nested record has no flag and can only be given in a
job file, except for further scenes (see `scene_flags`).
"""

from __future__ import annotations

import argparse
import dataclasses
import re
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from ..protocol import Extent, is_required
from .scene_flags import FIELDS, FURTHER, OfScene

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..protocol import Job

_UNIT = re.compile(r"_(px|m|m2|s)\Z")
_FLAG = re.compile(r"--[a-z]")
_NEGATIVE = re.compile(r"-[0-9.]")
_METAVARS = {str: "NAME", int: "N", float: "X"}


def add_flags(parser: argparse.ArgumentParser, job_type: type[Job]) -> None:
    """Add one flag for each field of `job_type` to `parser`.

    Flags that are not given are left out of the namespace, so that the defaults of the job apply.
    """
    hints = get_type_hints(job_type)
    # `sorted` is stable: the required flags come first, each group in the order of the fields.
    fields = sorted(dataclasses.fields(job_type), key=is_required, reverse=True)
    names = {field.name for field in fields}
    for field in fields:
        hint = _without_optional(hints[field.name])
        if dataclasses.is_dataclass(hint) or any(map(dataclasses.is_dataclass, get_args(hint))):
            continue
        if field.name in getattr(job_type, "positional", ()):
            parser.add_argument(field.name, type=hint, metavar="FILE", help=_help(field))
            continue
        shape = _shape(field, hint)
        if FURTHER in names and field.name in FIELDS:
            shape["action"] = OfScene
        parser.add_argument(
            *_spellings(field.name, names),
            dest=field.name,
            default=argparse.SUPPRESS,
            help=_help(field),
            **shape,
        )


def attach_negative_values(arguments: Sequence[str]) -> list[str]:
    """Join `--extent -5,0,5,10` to `--extent=-5,0,5,10`, so that the value is not read as a flag.

    >>> attach_negative_values(["--extent", "-5,0,5,10"])
    ['--extent=-5,0,5,10']
    """
    attached: list[str] = []
    for argument in arguments:
        follows_flag = attached and _FLAG.match(attached[-1]) and "=" not in attached[-1]
        if follows_flag and _NEGATIVE.match(argument):
            attached[-1] += f"={argument}"
        else:
            attached.append(argument)
    return attached


def _spellings(name: str, names: set[str]) -> list[str]:
    bare = _UNIT.sub("", name)
    spelled = [name] if bare == name or bare in names else [name, bare]
    return ["--" + each.replace("_", "-") for each in spelled]


def _help(field: dataclasses.Field[Any]) -> str:
    text = str(field.metadata["help"]).replace("%", "%%")
    if field.default in (dataclasses.MISSING, None, "", ()):
        return text
    default = field.default
    if isinstance(default, bool):
        default = "yes" if default else "no"
    return f"{text} (default: {default})"


def _shape(field: dataclasses.Field[Any], hint: Any) -> dict[str, Any]:
    """Return the keyword arguments of `add_argument` for the type of the field."""
    if hint is bool:
        return {"action": argparse.BooleanOptionalAction}
    shape: dict[str, Any] = {"required": is_required(field)}
    if field.metadata["choices"]:
        return {**shape, "choices": field.metadata["choices"]}
    if get_origin(hint) is tuple:
        metavar = field.metadata["form"] or _list_metavar(hint)
        return {**shape, "type": _comma_list(get_args(hint)), "metavar": metavar}
    metavar = "PATH" if field.metadata["is_path"] else _METAVARS[hint]
    return {**shape, "type": hint, "metavar": metavar}


def _without_optional(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Union else hint


def _comma_list(members: tuple[Any, ...]) -> Callable[[str], tuple[Any, ...]]:
    """Return the parser of `1,2,3` for a tuple of these types, or of `0:1,0:9` for ranges."""
    is_open = members[-1] is Ellipsis
    is_ranges = get_origin(members[0]) is tuple

    def read(text: str) -> tuple[Any, ...]:
        parts = text.rstrip(",").split(",") if is_open else text.split(",")
        if not is_open and len(parts) != len(members):
            raise argparse.ArgumentTypeError(f"{text!r} must be {len(members)} numbers")
        try:
            return tuple(_range(part) if is_ranges else members[0](part) for part in parts)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers") from error

    return read


def _range(text: str) -> tuple[float, float]:
    low, high = text.split(":")
    return float(low), float(high)


def _list_metavar(hint: Any) -> str:
    members = get_args(hint)
    if get_origin(members[0]) is tuple:
        return "LOW:HIGH,..."
    if hint == Extent:
        return "XMIN,YMIN,XMAX,YMAX"
    return "A,B,..." if members[-1] is Ellipsis else ",".join("X" * len(members))
