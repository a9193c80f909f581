# SPDX-License-Identifier: GPL-2.0-or-later
"""A job in a process of its own: its memory is measured alone, and given back in the end.

The child serves this process as the engine serves QGIS, so it ends when this one does.
"""

from __future__ import annotations

import subprocess  # nosec B404 - it starts this very engine
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
LISTEN_S = 0.2
PASSED_ON = (Progress, Log)


def run_in_child(
    job: Job, reporter: Reporter, command: tuple[str, ...] = ENGINE
) -> dict[str, Path]:
    """Run a job in a new process and return its artifacts by role.

    Args:
        job: with absolute paths.
        reporter: hears progress and log; a request to stop is passed on.
        command: starts the engine as a servant.

    Raises:
        JobCanceled: somebody asked to stop; the child has cleaned up.
        EngineError: the job failed, in its own words, or its process died.
    """
    child = subprocess.Popen(  # nosec B603 - a list, with the interpreter by its absolute path
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        if child.stdin is None or child.stdout is None:
            raise AssertionError("Both pipes were asked for.")
        heard: SimpleQueue[Event | None] = SimpleQueue()
        Thread(target=_listen, args=(child.stdout, heard), daemon=True).start()
        try:
            _say(child.stdin, job_to_line(job))
            return _follow(heard, child.stdin, reporter)
        finally:
            with suppress(BrokenPipeError):
                child.stdin.close()  # the child ends, whatever it is doing


def _say(orders: IO[str], line: str) -> None:
    """Tell the child something; a dead one does not listen, and is noticed by its silence."""
    with suppress(BrokenPipeError):
        orders.write(line + "\n")
        orders.flush()


def _listen(lines: IO[str], heard: SimpleQueue[Event | None]) -> None:
    for line in lines:
        event = event_from_line(line)
        if event is not None:
            heard.put(event)
    heard.put(None)


def _follow(
    heard: SimpleQueue[Event | None], orders: IO[str], reporter: Reporter
) -> dict[str, Path]:
    """Pass events on until the job has ended; return its artifacts."""
    artifacts: dict[str, Path] = {}
    is_stopping = False
    while True:
        if reporter.cancellation.is_requested and not is_stopping:
            is_stopping = True
            _say(orders, CANCEL_LINE)
        try:
            event = heard.get(timeout=LISTEN_S)
        except Empty:
            continue
        if isinstance(event, PASSED_ON):
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
                "The engine's process for this part of the job ended without a word, most likely "
                "for lack of memory: close other programs, or choose fewer or smaller networks."
            )
