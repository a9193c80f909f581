# SPDX-License-Identifier: GPL-2.0-or-later
"""One step of the installation: a child process with its output in the log, ended if canceled."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Sequence

from .install_error import InstallCanceled, InstallError, known_cause
from .install_lock import STEP_MARK
from .launch import ROOT
from .process_group import end_group, has_ended, start_group
from .scrubbing import without_passwords

if TYPE_CHECKING:
    from pathlib import Path

    from .install_lock import InstallLock

POLL_S = 0.2
TERMINATE_S = 0.3


class StepRunner:
    """Runs the steps of one installation in sequence, with one log.

    Args:
        log: file for the output of all steps.
        lock: lock that is inherited by every step, and records its process group.
        is_canceled: function that returns whether to cancel, called several times per second.
    """

    def __init__(self, log: Path, lock: InstallLock, is_canceled: Callable[[], bool]) -> None:
        self.log = log
        self._lock = lock
        self.is_canceled = is_canceled

    def run(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        on_wait: Callable[[str], None] = lambda _: None,
    ) -> InstallStepResult:
        """Run `command` to its end, calling `on_wait` repeatedly with its output so far.

        Raises:
            InstallCanceled: if the installation was canceled, once its processes have ended.
            OSError: if the command cannot be started.
        """
        self.log.touch(mode=0o600)
        offset = self.log.stat().st_size
        mark, _, value = STEP_MARK.partition("=")
        with self.log.open("ab") as output:
            output.write(f"\n$ {' '.join(command)}\n".encode())
            output.flush()
            process = start_group(
                command,
                folder=ROOT,
                environment={**environment, mark: value},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **self._inherited(),
            )
        self._lock.record_child(process.pid)
        try:
            while not has_ended(process, POLL_S):
                if self.is_canceled():
                    raise InstallCanceled
                on_wait(self._read(offset))
        finally:
            end_group(process, TERMINATE_S)
            self._lock.record_child(None)
            self._remove_passwords(offset)
        return InstallStepResult(process.returncode, self._read(offset))

    def _inherited(self) -> Dict[str, Any]:
        return {} if sys.platform == "win32" else {"pass_fds": (self._lock.fileno(),)}

    def _remove_passwords(self, offset: int) -> None:
        """Rewrite the end of the log, since programs may print addresses as they were given."""
        text = self._read(offset)
        cleaned = without_passwords(text)
        if cleaned != text:
            with self.log.open("r+b") as output:
                output.seek(offset)
                output.write(cleaned.encode())
                output.truncate()

    def _read(self, offset: int) -> str:
        with self.log.open("rb") as output:
            output.seek(offset)
            return output.read().decode("utf-8", "replace")


class InstallStepResult:
    """Result of a completed step.

    Args:
        exit_code: exit code of its process.
        output: output of the process, beginning with its command line.
    """

    def __init__(self, exit_code: int, output: str) -> None:
        self.is_done = exit_code == 0
        self.output = output

    @property
    def text(self) -> str:
        """Output without the command line that the log begins with."""
        return self.output.lstrip().partition("\n")[2].strip()

    @property
    def last_line(self) -> str:
        """Last line of the output that is not empty."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def require(self, sentence: str, log: Path, details: str = "") -> None:
        """Check that the step succeeded.

        Args:
            sentence: beginning of the message if the cause is unknown.
            log: log of the installation.
            details: detailed log of the program.

        Raises:
            InstallError: if the step failed; the message gives the cause, if it is known.
        """
        if not self.is_done:
            known = known_cause(self.output, details)
            raise InstallError(known or f"{sentence} ({self.last_line}).", str(log))
