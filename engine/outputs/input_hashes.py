# SPDX-License-Identifier: GPL-2.0-or-later
"""Hashes of what a job reads, made on a thread of their own while the job is at work.

At the end of a job they would take minutes for a mosaic on a network disk, without progress and
deaf to a cancel; and they would be those of a file that may have changed since it was read.
"""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from ..protocol import JobCanceled
from .report import describe_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from typing_extensions import Self

WAIT_S = 0.1


class InputHashes:
    """Path, size and hash of each input; a context manager that begins at once.

    Args:
        read: files that are read, by their role; empty ones are left out.
    """

    def __init__(self, read: Mapping[str, str | Path]) -> None:
        """Begin with the first file on entering."""
        self._read = {role: path for role, path in read.items() if str(path)}
        self._found: dict[str, dict[str, Any]] = {}
        self._is_stopped = Event()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, name="input hashes", daemon=True)

    def wait(self, on_wait: Callable[[], None]) -> dict[str, dict[str, Any]]:
        """Return what was found, by role.

        Args:
            on_wait: called again and again while the hashes are not ready; may raise to give up.

        Raises:
            BaseException: whatever `on_wait` raised, or what kept a file from being described.
        """
        while self._thread.is_alive():
            on_wait()
            self._thread.join(WAIT_S)
        if self._error is not None:
            raise self._error
        return self._found

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_stopped.set()

    def _work(self) -> None:
        try:
            for role, path in self._read.items():
                self._found[role] = describe_file(path, self._raise_if_stopped)
        except BaseException as error:  # raised again by whoever waits
            self._error = error

    def _raise_if_stopped(self) -> None:
        if self._is_stopped.is_set():
            raise JobCanceled("The hashes are not needed any more.")
