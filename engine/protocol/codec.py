# SPDX-License-Identifier: GPL-2.0-or-later
"""Codec: conversion of records to JSON and back.

Jobs and cards are checked strictly: an unknown key, a missing key or a value of the wrong type is
an error. Events are read leniently: an event of an unknown kind is skipped.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
import reprlib
from functools import lru_cache
from typing import Any, Dict, Optional, Type, TypeVar, Union, get_type_hints

from .errors import JobError, ModelError, OrthoscribeError
from .events import EVENT_TYPES, Event
from .finetune_report import FinetuneReport
from .jobs import JOB_TYPES, Job, is_required
from .model_card import ModelCard

CANCEL_LINE = '{"kind": "cancel"}'
STOP_LINE = (
    '{"kind": "stop"}'  # a training ends now with the best so far; a canceled labeling can go on
)
LONGEST_CONTROL = 100  # characters

LARGEST_JOB = 4_000_000  # characters
MOST_DIGITS = 100  # of an integer
CARDS_KEPT = 64

MOST_SHOWN = 200  # characters of a value in a message
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = MOST_SHOWN

Record = TypeVar("Record")


def job_to_json(job: Job) -> str:
    """Return the content of a `job.json`, indented."""
    return indented_json({"kind": job.kind, **_plain(job)})


def indented_json(values: Any) -> str:
    """Return the content of a JSON file, in ASCII if it has paths that are not valid UTF-8."""
    text = json.dumps(values, indent=2, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(values, indent=2)
    return text + "\n"


def job_to_line(job: Job) -> str:
    """Return the job as one line, without line break."""
    return json.dumps({"kind": job.kind, **_plain(job)})


def job_from_json(text: str) -> Job:
    """Return the job in `text`.

    Raises:
        JobError: if the text is not valid JSON, or has an unknown kind, an unknown or missing key,
            or a value of the wrong type.
    """
    if len(text) > LARGEST_JOB:
        raise JobError(f"The job has {len(text)} characters, more than any job: repair the file.")
    try:
        values = _parsed(text)
    except ValueError as error:
        raise JobError(f"The job is not valid JSON ({error}): repair the file.") from error
    if not isinstance(values, dict):
        raise JobError("The job must be a JSON object with a 'kind'.")
    kind = values.pop("kind", None)
    for job_type in JOB_TYPES:
        if job_type.kind == kind:
            job: Job = _record(job_type, values, f"{kind} job", JobError)
            return job
    known = ", ".join(job_type.kind for job_type in JOB_TYPES)
    raise JobError(f"The job's kind is {_shown(kind)}; this version supports {known}.")


def control_of(line: str) -> str:
    """Return `cancel` or `stop` if a line says that, in any spelling of JSON; else nothing."""
    if len(line) > LONGEST_CONTROL:
        return ""
    try:
        values = _parsed(line)
    except ValueError:
        return ""
    controls = (("cancel", CANCEL_LINE), ("stop", STOP_LINE))
    return next((name for name, text in controls if values == json.loads(text)), "")


def card_to_json(card: ModelCard) -> str:
    """Return the content of a `model.json`, indented."""
    return indented_json(_plain(card))


@lru_cache(maxsize=CARDS_KEPT)
def card_from_json(text: str) -> ModelCard:
    """Return the card in `text`; equal texts give one object, because a window asks all the time.

    Raises:
        ModelError: if the text is not valid JSON, or has an unknown or missing key, a value of the
            wrong type, or contradictory values.
    """
    try:
        values = _parsed(text)
    except ValueError as error:
        raise ModelError(f"model.json is not valid JSON ({error}).") from error
    return _record(ModelCard, values, "model card", ModelError)


def finetune_report_to_values(report: FinetuneReport) -> Dict[str, Any]:
    """Return the entry `finetuning` of a `report.json`."""
    values: Dict[str, Any] = _plain(report)
    return values


def finetune_report_from_values(values: Any) -> FinetuneReport:
    """Return the report in the entry `finetuning` of a `report.json`.

    Raises:
        ModelError: if a key is unknown or missing, or a value has the wrong type.
    """
    return _record(FinetuneReport, values, "report of the fine-tuning", ModelError)


def event_to_line(event: Event) -> str:
    """Return the event as one line, without line break."""
    return json.dumps({"kind": event.kind, **_plain(event)})


def event_from_line(line: str) -> Optional[Event]:
    """Return the event on `line`, or None if it is not an event of this version."""
    try:
        values = _parsed(line)
        kind = values.pop("kind")
    except (ValueError, AttributeError, KeyError, TypeError):
        return None
    for event_type in EVENT_TYPES:
        if event_type.kind == kind:
            known = {field.name for field in dataclasses.fields(event_type)}
            kept = {key: value for key, value in values.items() if key in known}
            try:
                return _record(event_type, kept, kind, OrthoscribeError)
            except OrthoscribeError:
                return None
    return None


def _parsed(text: str) -> Any:
    """Return the parsed JSON.

    Raises:
        ValueError: if the text is not valid JSON, contains NaN, Infinity or an endless number, or
            is nested too deep.
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_int=_integer)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number has more than {MOST_DIGITS} digits")
    return int(digits)


def _shown(value: Any) -> str:
    """Return a value as text for a message, shortened if it is long or deeply nested."""
    return _SHORT.repr(value)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _record(
    record_type: Type[Record], values: Any, where: str, error: Type[OrthoscribeError]
) -> Record:
    if not isinstance(values, dict):
        raise error(f"The {where} must be a JSON object.")
    fields = {field.name: field for field in dataclasses.fields(record_type)}  # type: ignore[arg-type]
    for key in values:
        if key not in fields:
            shown = key[:MOST_SHOWN]
            close = difflib.get_close_matches(shown, fields, 1)
            hint = f": did you mean '{close[0]}'?" if close else "."
            raise error(f"The {where} has an unknown key '{shown}'{hint}")
    for name, field in fields.items():
        if name not in values and is_required(field):
            raise error(f"The {where} lacks the key '{name}'.")
    hints = get_type_hints(record_type)
    try:
        return record_type(
            **{
                key: _value(value, hints[key], f"{where}: {key}", error)
                for key, value in values.items()
            }
        )
    except (TypeError, ValueError) as problem:
        raise error(f"The {where} cannot be used: {problem}") from problem


def _value(value: Any, hint: Any, where: str, error: Type[OrthoscribeError]) -> Any:
    """Return `value` converted to the type `hint`.

    Raises:
        TypeError: if the value has another type.
        ValueError: if a number is not finite.
        OrthoscribeError: if a nested record is invalid; the class is `error`.
    """
    origin = getattr(hint, "__origin__", None)
    if origin is Union:
        return None if value is None else _value(value, hint.__args__[0], where, error)
    if origin is tuple:
        return _tuple(value, hint.__args__, where, error)
    if origin is dict:
        return _mapping(value, hint.__args__, where, error)
    if dataclasses.is_dataclass(hint):
        return _record(hint, value, where, error)  # type: ignore[arg-type]
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return _as_float(value, where)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise TypeError(f"'{where}' is {_shown(value)}, expected {hint.__name__}")
    if hint is str and not _is_usable(value):
        raise ValueError(f"'{where}' contains a NUL or half a character")
    if hint is float and not math.isfinite(value):  # JSON reads 1e999 as infinite
        raise ValueError(f"'{where}' is {value!r}, expected a finite number")
    return value


def _is_usable(text: str) -> bool:
    """Return whether a text can be a path; bytes that are not UTF-8 are kept as in Python."""
    try:
        return b"\0" not in text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False


def _as_float(value: int, where: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"'{where}' is larger than any floating point number") from None


def _tuple(value: Any, hints: Any, where: str, error: Type[OrthoscribeError]) -> Any:
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"'{where}' is {_shown(value)}, expected a list")
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_value(each, hints[0], where, error) for each in value)
    if len(value) != len(hints):
        raise TypeError(f"'{where}' has {len(value)} entries, expected {len(hints)}")
    return tuple(_value(each, hint, where, error) for each, hint in zip(value, hints))


def _mapping(value: Any, hints: Any, where: str, error: Type[OrthoscribeError]) -> Dict[Any, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"'{where}' is {_shown(value)}, expected an object")
    return {key: _value(each, hints[1], f"{where}.{key}", error) for key, each in value.items()}
