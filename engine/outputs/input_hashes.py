# SPDX-License-Identifier: GPL-2.0-or-later
"""Hashes of the inputs of a job, computed on a separate thread while the job is running.

At the end of a job they would take minutes for a mosaic on a network disk, without progress and
without cancellation, and the files might have changed since they were read. On one processor
SHA-256 takes half a second for a gigabyte, less than reading it. Whether a file was changed during
the job, so that the hash may not be that of what was read, is told by its state.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..protocol import JobCanceled, file_behind
from .file_state import file_state
from .report import describe_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from typing_extensions import Self

WAIT_S = 0.1
CHANGED = "changed_while_read"
REMARK = (
    "{path} was changed while it was read, so the results may be a mixture of both versions: run "
    "the job again."
)


class InputHashes:
    """Path, size and hash of each input, as a context manager that starts the computation.

    Args:
        read: paths of the inputs, by role; empty ones are left out.
        made_of: all files that an input is made of, by role, as the sources of a mosaic.
    """

    def __init__(
        self,
        read: Mapping[str, str | Path],
        made_of: Mapping[str, Sequence[Path]] = MappingProxyType({}),
    ) -> None:
        """Store the paths and the states of the files; the computation starts on entering."""
        self._read = {role: path for role, path in read.items() if str(path)}
        self._files = {
            role: made_of.get(role) or (Path(file_behind(str(path))),)
            for role, path in self._read.items()
        }
        self._states = {role: self._state_of(role) for role in self._read}
        self._found: dict[str, dict[str, Any]] = {}
        self._is_stopped = Event()
        self._error: BaseException | None = None
        self._thread = Thread(target=self._work, name="input hashes", daemon=True)

    def wait(self, on_wait: Callable[[], None]) -> dict[str, dict[str, Any]]:
        """Return path, size and hash of each input, by role; no hash for a changed input.

        Args:
            on_wait: callback, called repeatedly until the hashes are ready; may raise to stop.

        Raises:
            BaseException: if `on_wait` raised it, or reading a file did.
        """
        while self._thread.is_alive():
            on_wait()
            self._thread.join(WAIT_S)
        if self._error is not None:
            raise self._error
        changed = self._changed()
        return {
            role: {**entry, "sha256": None, CHANGED: True} if role in changed else entry
            for role, entry in self._found.items()
        }

    def remarks(self) -> list[str]:
        """Return a sentence about each input that has been changed since the beginning."""
        return [REMARK.format(path=self._read[role]) for role in self._changed()]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_stopped.set()

    def _work(self) -> None:
        try:
            for role, path in self._read.items():
                self._found[role] = {**self._described(path), **self._sources_of(role)}
        except BaseException as error:  # raised again by `wait`
            self._error = error

    def _described(self, path: str | Path) -> dict[str, Any]:
        try:
            return describe_file(path, self._raise_if_stopped)
        except OSError:  # read by the job, and gone since: no reason to lose its results
            return {"path": str(path), "bytes": None, "sha256": None}

    def _sources_of(self, role: str) -> dict[str, Any]:
        """Return the number and a hash of the files that an input is made of, if several."""
        files = self._files[role]
        if len(files) < 2:
            return {}
        hashes = [(file.name, self._described(file)["sha256"]) for file in files]
        return {"files": len(files), "files_sha256": sha256(repr(hashes).encode()).hexdigest()}

    def _changed(self) -> list[str]:
        """Return the roles of the inputs that were written to; one may have been removed."""
        return [role for role in self._states if self._is_changed(role)]

    def _is_changed(self, role: str) -> bool:
        pairs = zip(self._states[role], self._state_of(role), strict=True)
        return any(old != new and new for old, new in pairs)

    def _state_of(self, role: str) -> list[str]:
        return [file_state(file) for file in self._files[role]]

    def _raise_if_stopped(self) -> None:
        if self._is_stopped.is_set():
            raise JobCanceled("The hashes are not needed any more.")
