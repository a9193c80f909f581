# SPDX-License-Identifier: GPL-2.0-or-later
"""Events that the engine emits during a run, one JSON line each.

A run consists of `Hello`, any number of `Progress`, `Log`, `Metric` and `Artifact`, and exactly one
of `Finished`, `Canceled` or `Failed`. In hosted mode `Hello` is sent once, the others for each job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple, Type, Union

PROTOCOL_VERSION = 1
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True)
class Hello:
    """Start of the engine: protocol, engine and torch version, device and process ID."""

    kind: ClassVar[str] = "hello"
    is_terminal: ClassVar[bool] = False

    protocol: int
    engine: str
    torch: str
    device: str
    pid: int


@dataclass(frozen=True)
class Progress:
    """Progress of the job: completed fraction, 0..1, and description of the stage."""

    kind: ClassVar[str] = "progress"
    is_terminal: ClassVar[bool] = False

    fraction: float
    stage: str


@dataclass(frozen=True)
class Log:
    """A log message; `level` is one of `LOG_LEVELS`."""

    kind: ClassVar[str] = "log"
    is_terminal: ClassVar[bool] = False

    level: str
    message: str


@dataclass(frozen=True)
class Metric:
    """A result value with its unit in the name, such as `building_area_m2`."""

    kind: ClassVar[str] = "metric"
    is_terminal: ClassVar[bool] = False

    name: str
    value: float


@dataclass(frozen=True)
class Artifact:
    """A file that has been published under its final name; roles are `classes`, `polygons`, ..."""

    kind: ClassVar[str] = "artifact"
    is_terminal: ClassVar[bool] = False

    role: str
    path: str


@dataclass(frozen=True)
class Finished:
    """The job is complete; all artifacts have been sent."""

    kind: ClassVar[str] = "finished"
    is_terminal: ClassVar[bool] = True

    elapsed_s: float


@dataclass(frozen=True)
class Canceled:
    """The job was canceled; no file has been published."""

    kind: ClassVar[str] = "canceled"
    is_terminal: ClassVar[bool] = True


@dataclass(frozen=True)
class Failed:
    """The job failed.

    Args:
        reason: kind of the error (`input`, `model`, `output`, ...), `bug`, or `crash` if the
            process ended without a terminal event.
        message: message for the user.
        detail: details for developers: a traceback, or the last lines of stderr.
        exit_code: exit code of a crashed process, otherwise 0.
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
