# SPDX-License-Identifier: GPL-2.0-or-later
"""Events: what the engine says while it works, one JSON line each.

A run is `Hello` first, then any number of `Progress`, `Log`, `Metric` and `Artifact`, then
exactly one of `Finished`, `Canceled` or `Failed`. In hosted mode `Hello` comes once, and the
rest again for every job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple, Type, Union

PROTOCOL_VERSION = 1
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True)
class Hello:
    """The engine is up: protocol and engine version, torch version, device and process id."""

    kind: ClassVar[str] = "hello"
    is_terminal: ClassVar[bool] = False

    protocol: int
    engine: str
    torch: str
    device: str
    pid: int


@dataclass(frozen=True)
class Progress:
    """How far the job is: a fraction 0..1 of the whole job, and the stage in plain words."""

    kind: ClassVar[str] = "progress"
    is_terminal: ClassVar[bool] = False

    fraction: float
    stage: str


@dataclass(frozen=True)
class Log:
    """A sentence for the log; `level` is one of `LOG_LEVELS`."""

    kind: ClassVar[str] = "log"
    is_terminal: ClassVar[bool] = False

    level: str
    message: str


@dataclass(frozen=True)
class Metric:
    """A number worth keeping, its unit in its name: `building_area_m2`."""

    kind: ClassVar[str] = "metric"
    is_terminal: ClassVar[bool] = False

    name: str
    value: float


@dataclass(frozen=True)
class Artifact:
    """A file now lying under its final name; `role` is `classes`, `polygons`, `report`, ..."""

    kind: ClassVar[str] = "artifact"
    is_terminal: ClassVar[bool] = False

    role: str
    path: str


@dataclass(frozen=True)
class Finished:
    """The job is done; every artifact has been announced."""

    kind: ClassVar[str] = "finished"
    is_terminal: ClassVar[bool] = True

    elapsed_s: float


@dataclass(frozen=True)
class Canceled:
    """The job was stopped on request; nothing lies under a final name."""

    kind: ClassVar[str] = "canceled"
    is_terminal: ClassVar[bool] = True


@dataclass(frozen=True)
class Failed:
    """The job cannot be done.

    Args:
        reason: an error's kind (`input`, `model`, `output`, ...), `bug`, or `crash` for a
            process that died without a word.
        message: the sentence for the user.
        detail: what a developer wants: a traceback, or the last lines of stderr.
        exit_code: of the process, where it died; otherwise 0.
    """

    kind: ClassVar[str] = "failed"
    is_terminal: ClassVar[bool] = True

    reason: str
    message: str
    detail: str = ""
    exit_code: int = 0


Event = Union[Hello, Progress, Log, Metric, Artifact, Finished, Canceled, Failed]
EVENT_TYPES: Tuple[Type[Event], ...] = (
    Hello,
    Progress,
    Log,
    Metric,
    Artifact,
    Finished,
    Canceled,
    Failed,
)
