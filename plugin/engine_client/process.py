# SPDX-License-Identifier: GPL-2.0-or-later
"""A running engine process, which receives lines and emits events, also for its own end.

Three daemon threads prevent deadlocks by unread pipes: one converts stdout to events, one stores
the last lines of stderr, and one waits for the end of the process.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import threading
from collections import deque
from typing import IO, TYPE_CHECKING, Callable, Deque, Optional, Sequence

from ..protocol import EngineError, Event, Log, event_from_line
from .crash import crash_failure
from .environment import engine_device
from .launch import ROOT, engine_environment
from .process_group import kill_group, start_group, terminate_group

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_LINE_BYTES = 1_000_000
STDERR_LINES = 200
STDERR_LINE_BYTES = 2_000
STRAY_LINES = 100
TERMINATE_S = 0.25
DRAIN_S = 0.5


class EngineProcess:
    """One engine process.

    Args:
        command: absolute path of the interpreter, and its arguments.
        folder: working folder, which contains the package `engine`.

    Raises:
        EngineError: if the process cannot be started.
    """

    def __init__(self, command: Sequence[str], folder: Path = ROOT) -> None:
        self._process = _start(command, folder)
        self._events: queue.Queue[Event] = queue.Queue()
        self._stderr: Deque[str] = deque(maxlen=STDERR_LINES)
        self._exited = threading.Event()
        self._stray_lines = 0
        self._readers = (_thread(self._read_stdout), _thread(self._read_stderr))
        self._monitor = _thread(self._wait_for_end)

    @property
    def pid(self) -> int:
        """Process ID, which is also the ID of the process group."""
        return self._process.pid

    def has_ended(self, timeout_s: float = 0.0) -> bool:
        """Return whether the process has ended, or ends within `timeout_s`."""
        return self._exited.wait(timeout_s)

    def send(self, line: str) -> None:
        """Write one line to the engine; errors are ignored, since its end is a separate event."""
        with contextlib.suppress(OSError, ValueError):
            _stream(self._process.stdin).write(line.encode("utf-8") + b"\n")
            _stream(self._process.stdin).flush()

    def next_event(self, timeout_s: float) -> Optional[Event]:
        """Return the next event, or None after `timeout_s` without one.

        The end of the process is the last event, a `Failed` after all other events.
        """
        try:
            return self._events.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def forget_output(self) -> None:
        """Discard the lines of stderr so far, so that a crash shows only those of its own job."""
        self._stderr.clear()

    def stop(self, timeout_s: float) -> None:
        """End the engine: close its stdin, wait `timeout_s`, then terminate, then kill."""
        with contextlib.suppress(OSError):
            _stream(self._process.stdin).close()
        if not self._exited.wait(timeout_s):
            terminate_group(self._process)
        if not self._exited.wait(TERMINATE_S):
            kill_group(self._process)
        self._monitor.join(4 * DRAIN_S)
        if any(reader.is_alive() for reader in self._readers):
            kill_group(self._process)  # a child of the engine is still running and has the pipes
        self._close_pipes()

    def _close_pipes(self) -> None:
        # Closing a pipe while a thread reads from it would block until the read returns.
        pipes = (self._process.stdout, self._process.stderr)
        for reader, pipe in zip(self._readers, pipes):
            reader.join(DRAIN_S)
            if not reader.is_alive():
                _stream(pipe).close()

    def _read_stdout(self) -> None:
        stream = _stream(self._process.stdout)
        for line in iter(lambda: stream.readline(LONGEST_LINE_BYTES), b""):
            self._queue_line(line.decode("utf-8", "replace").rstrip())

    def _queue_line(self, line: str) -> None:
        event = event_from_line(line)
        if event is not None:
            self._events.put(event)
        elif line and self._stray_lines < STRAY_LINES:
            self._stray_lines += 1
            self._events.put(Log("debug", f"Output of the engine: {line[:500]}"))

    def _read_stderr(self) -> None:
        stream = _stream(self._process.stderr)
        for line in iter(lambda: stream.readline(STDERR_LINE_BYTES), b""):
            self._stderr.append(line.decode("utf-8", "replace").rstrip())

    def _wait_for_end(self) -> None:
        exit_code = self._process.wait()
        self._exited.set()
        for reader in self._readers:
            reader.join(DRAIN_S)
        self._events.put(crash_failure(exit_code, list(self._stderr)))


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    environment = engine_environment(os.environ, device=engine_device())
    try:
        return start_group(
            command, folder=folder, environment=environment, stdin=pipe, stdout=pipe, stderr=pipe
        )
    except FileNotFoundError as error:
        raise EngineError(
            f"The engine's Python is missing at {command[0]}: set up the engine again."
        ) from error
    except OSError as error:
        raise EngineError(
            f"The engine cannot be started ({error.strerror or error}): "
            "set up the engine again, or ask your administrator to allow this program."
        ) from error


def _thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=f"orthoscribe{work.__name__}", daemon=True)
    thread.start()
    return thread


def _stream(pipe: Optional[IO[bytes]]) -> IO[bytes]:
    if pipe is None:
        raise ValueError("The engine was started without this pipe.")
    return pipe
