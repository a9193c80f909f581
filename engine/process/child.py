# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a job in a separate process, so that its memory is measured separately and then freed.

The child runs `serve` for this process, as the engine does for QGIS, so it ends with this process.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from ..protocol import (
    CANCEL_LINE,
    Artifact,
    Canceled,
    EngineError,
    Failed,
    Finished,
    JobCanceled,
    Log,
    Progress,
    event_from_line,
    job_to_line,
)

if TYPE_CHECKING:
    from typing import IO

    from ..protocol import Event, Job
    from .reporter import Reporter

ROOT = Path(__file__).parents[2]
ENGINE = (sys.executable, "-m", "engine", "serve")
POLL_S = 0.2
FORWARDED = (Progress, Log)


def run_in_child(
    job: Job, reporter: Reporter, command: tuple[str, ...] = ENGINE
) -> dict[str, Path]:
    """Run a job in a new process and return its artifacts by role.

    Args:
        job: job with absolute paths.
        reporter: reporter that receives progress and log; its cancellation is forwarded.
        command: command that starts an engine in hosted mode.

    Raises:
        JobCanceled: if the job was canceled; the child has cleaned up.
        EngineError: if the job failed, with its message, or its process ended unexpectedly.
    """
    child = subprocess.Popen(  # nosec B603 - a list, with the interpreter by its absolute path
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        if child.stdin is None or child.stdout is None:
            raise AssertionError("The child was started without pipes.")
        events: SimpleQueue[Event | None] = SimpleQueue()
        Thread(target=_read_events, args=(child.stdout, events), daemon=True).start()
        try:
            _send(child.stdin, job_to_line(job))
            return _forward_events(events, child.stdin, reporter)
        finally:
            with suppress(BrokenPipeError):
                child.stdin.close()  # ends the child, even in the middle of a job


def _send(stdin: IO[str], line: str) -> None:
    """Send a line to the child; the end of its output shows whether it has exited."""
    with suppress(BrokenPipeError):
        stdin.write(line + "\n")
        stdin.flush()


def _read_events(lines: IO[str], events: SimpleQueue[Event | None]) -> None:
    for line in lines:
        event = event_from_line(line)
        if event is not None:
            events.put(event)
    events.put(None)


def _forward_events(
    events: SimpleQueue[Event | None], stdin: IO[str], reporter: Reporter
) -> dict[str, Path]:
    """Forward events until the job has ended, and return its artifacts."""
    artifacts: dict[str, Path] = {}
    is_stopping = False
    while True:
        if reporter.cancellation.is_requested and not is_stopping:
            is_stopping = True
            _send(stdin, CANCEL_LINE)
        try:
            event = events.get(timeout=POLL_S)
        except Empty:
            continue
        if isinstance(event, FORWARDED):
            reporter.emit(event)
        elif isinstance(event, Artifact):
            artifacts[event.role] = Path(event.path)
        elif isinstance(event, Finished):
            return artifacts
        elif isinstance(event, Canceled):
            raise JobCanceled("The job was canceled.")
        elif isinstance(event, Failed):
            raise EngineError(event.message)
        elif event is None:
            raise EngineError(
                "The process for this part of the job ended unexpectedly, most likely because the "
                "memory ran out: close other programs, or choose fewer or smaller networks."
            )
