# SPDX-License-Identifier: GPL-2.0-or-later
"""Installation and removal of the engine's environment.

A virtual environment cannot be moved, since its scripts and its configuration contain its path. So
a new one is created in its final place and marked as unfinished. After it has passed the self-test,
`current.json` is replaced, which is atomic. Until then the old environment is used. Interrupted
installations leave marked folders, which the next installation removes.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from typing import TYPE_CHECKING, Callable, Iterator, Optional

from .environment import NO_ENGINE, engine_home, installed_python, lock_hash, usable_runtime
from .install_error import InstallError, known_cause
from .install_lock import hold_install_lock
from .install_step import StepRunner
from .installation import Installation, OnProgress, run_self_test
from .runtimes import Runtimes
from .torch_source import expected_size_mb

if TYPE_CHECKING:
    from pathlib import Path

LOGS_KEPT = 5

IsCanceled = Callable[[], bool]


def _ignore_progress(fraction: float, phase: str, message: str) -> None:
    """Do nothing."""


def _do_nothing() -> None:
    """Do nothing."""


def _never() -> bool:
    return False


class Installer:
    """Installs, tests and removes the engine in one home folder.

    All methods may block, so call them from a background thread.

    Args:
        home: home folder of the engine; None: `$ORTHOSCRIBE_HOME` or `~/.orthoscribe`.
        python: interpreter to create the environment with; None: automatic.
        wheels: folder of wheels to install from without a network; None: the package index.
        before_change: callback before an environment is replaced or removed, which ends engines
            that use it.
    """

    def __init__(
        self,
        home: Optional[Path] = None,
        *,
        python: Optional[Path] = None,
        wheels: Optional[Path] = None,
        before_change: Callable[[], None] = _do_nothing,
    ) -> None:
        self.home = (home or engine_home()).absolute()
        self._python = python
        self._wheels = wheels
        self._before_change = before_change
        self._runtimes = Runtimes(self.home)

    def install(
        self,
        on_progress: OnProgress = _ignore_progress,
        is_canceled: IsCanceled = _never,
        *,
        repair: bool = False,
    ) -> Path:
        """Install the engine if it is missing and return its interpreter.

        Args:
            on_progress: callback with the completed fraction, 0..1, the phase and a message.
            is_canceled: function that returns whether to cancel, called several times per second.
            repair: whether to install the engine even if it exists.

        Raises:
            InstallError: if the installation failed, without any changes.
            InstallCanceled: if the installation was canceled, without any changes.
        """
        python = installed_python(self.home)
        if python is not None and not repair:
            return python
        self._before_change()
        with self._steps(on_progress, is_canceled) as runner:
            python = installed_python(self.home)  # may have been installed in the meantime
            if python is None or repair:
                installation = Installation(self.home, runner, on_progress, wheels=self._wheels)
                python = installation.reuse_or_create(self._python, is_fresh=repair)
        on_progress(1.0, "Done", "The engine is ready.")
        return python

    def self_test(self, is_canceled: IsCanceled = _never) -> str:
        """Run the installed engine's self-test and return its output.

        Raises:
            InstallError: if the engine is not installed, or the self-test fails.
        """
        python = installed_python(self.home)
        if python is None:
            raise InstallError(NO_ENGINE)
        with self._steps(_ignore_progress, is_canceled) as runner:
            return run_self_test(runner, python)

    def remove(self) -> None:
        """Remove every environment; models and settings are kept.

        Raises:
            InstallError: if the folder cannot be written.
        """
        self._before_change()
        with self._steps(_ignore_progress, _never):
            (self.home / "current.json").unlink(missing_ok=True)
            self._runtimes.discard_all()
            shutil.rmtree(self.home / "downloads", ignore_errors=True)

    def remove_old(self) -> None:
        """Remove the environments that this version does not use.

        Raises:
            InstallError: if the folder cannot be written.
        """
        python = installed_python(self.home)
        if python is not None:
            self._before_change()
            with self._steps(_ignore_progress, _never):
                self._runtimes.discard_other(python.parents[1])

    def expected_size_mb(self) -> int:
        """Return the approximate size that the engine will have on disk."""
        return expected_size_mb()

    def size_mb(self) -> int:
        """Return the recorded size of the current engine on disk, or 0 if there is none."""
        runtime = usable_runtime(self.home)
        return runtime.size_mb if runtime else 0

    def is_outdated(self) -> bool:
        """Return whether the installed engine is of another version of the plugin."""
        runtime = usable_runtime(self.home)
        return runtime is not None and runtime.lock != lock_hash()

    @contextlib.contextmanager
    def _steps(self, on_progress: OnProgress, is_canceled: IsCanceled) -> Iterator[StepRunner]:
        def report_waiting(sentence: str) -> None:
            on_progress(0.0, "Waiting", sentence)

        with hold_install_lock(self.home, report_waiting, is_canceled) as lock:
            try:
                self._runtimes.remove_leftovers()
                yield StepRunner(_new_log(self.home), lock, is_canceled)
            except OSError as error:
                sentence = known_cause(str(error))
                raise InstallError(sentence or f"The installation failed ({error}).") from error


def _new_log(home: Path) -> Path:
    """Return the path of a new log in `home`, and remove the oldest ones."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("install-*.log"))[: -LOGS_KEPT + 1]:
        old.unlink()
    return folder / time.strftime("install-%Y%m%d-%H%M%S.log")
