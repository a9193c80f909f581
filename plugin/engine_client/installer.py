# SPDX-License-Identifier: GPL-2.0-or-later
"""The engine's environment: made, tested, then switched to; or removed.

A virtual environment cannot be moved: its scripts and its configuration name its own path. So a
new one is made where it will stay, marked unfinished, and the one atomic act is replacing
`current.json`, after the self-test passed. Until then the old environment serves; whatever an
interruption leaves is marked, and swept away by the next installation.
"""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING, Callable, Iterator, Optional

from .build import Build, run_self_test
from .environment import NO_ENGINE, engine_home, installed_python, lock_hash, usable_runtime
from .install_error import InstallError, sentence_about
from .install_lock import hold_install_lock
from .install_log import new_log
from .install_step import StepRunner
from .runtimes import Runtimes
from .wheels import planned_size_mb

if TYPE_CHECKING:
    from pathlib import Path

OnProgress = Callable[[float, str, str], None]
IsCanceled = Callable[[], bool]


def _ignore_progress(fraction: float, phase: str, message: str) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


class Installer:
    """Installs, tests and removes the engine of one home; blocks, so call it off the main thread.

    Args:
        home: where everything goes; None: `$ORTHOSCRIBE_HOME` or `~/.orthoscribe`.
        python: interpreter to start from; None: one is found.
        wheels: folder of wheels to install from without a network; None: the package index.
    """

    def __init__(
        self,
        home: Optional[Path] = None,
        *,
        python: Optional[Path] = None,
        wheels: Optional[Path] = None,
    ) -> None:
        self.home = (home or engine_home()).absolute()
        self._python = python
        self._wheels = wheels
        self._runtimes = Runtimes(self.home)

    def install(
        self,
        on_progress: OnProgress = _ignore_progress,
        is_canceled: IsCanceled = _never,
        *,
        repair: bool = False,
    ) -> Path:
        """Install the engine where it is missing and return its interpreter.

        Args:
            on_progress: told a fraction 0..1, the phase, and what happens in plain words.
            is_canceled: asked several times a second.
            repair: install again even where it is installed.

        Raises:
            InstallError: with a sentence for the user; nothing changed.
            InstallCanceled: on request; nothing changed.
        """
        python = installed_python(self.home)
        if python is not None and not repair:
            return python
        with self._steps(on_progress, is_canceled) as runner:
            python = installed_python(self.home)  # somebody may have installed it meanwhile
            if python is None or repair:
                build = Build(self.home, runner, on_progress, wheels=self._wheels)
                python = build.adopt_or_make(self._python, is_fresh=repair)
        on_progress(1.0, "Done", "The engine is ready.")
        return python

    def self_test(self, is_canceled: IsCanceled = _never) -> str:
        """Run the installed engine's self-test and return what it said.

        Raises:
            InstallError: it is not installed, or fails.
        """
        python = installed_python(self.home)
        if python is None:
            raise InstallError(NO_ENGINE)
        with self._steps(_ignore_progress, is_canceled) as runner:
            return run_self_test(runner, python)

    def remove(self) -> None:
        """Remove every environment; models and settings stay.

        Raises:
            InstallError: the folder cannot be written.
        """
        with self._steps(_ignore_progress, _never):
            (self.home / "current.json").unlink(missing_ok=True)
            self._runtimes.discard_all()
            shutil.rmtree(self.home / "downloads", ignore_errors=True)

    def remove_old(self) -> None:
        """Remove the environments that this version does not use.

        Raises:
            InstallError: the folder cannot be written.
        """
        python = installed_python(self.home)
        if python is not None:
            with self._steps(_ignore_progress, _never):
                self._runtimes.discard_other(python.parents[1])

    def planned_size_mb(self) -> int:
        """Return the size on disk the engine will have, roughly."""
        return planned_size_mb()

    def size_mb(self) -> int:
        """Return the size on disk of the engine in use, 0 where there is none; instant."""
        runtime = usable_runtime(self.home)
        return runtime.size_mb if runtime else 0

    def is_outdated(self) -> bool:
        """Say whether an engine is installed, but of another version of the plugin."""
        runtime = usable_runtime(self.home)
        return runtime is not None and runtime.lock != lock_hash()

    @contextlib.contextmanager
    def _steps(self, on_progress: OnProgress, is_canceled: IsCanceled) -> Iterator[StepRunner]:
        def say_waiting(sentence: str) -> None:
            on_progress(0.0, "Waiting", sentence)

        with hold_install_lock(self.home, say_waiting, is_canceled) as lock:
            try:
                self._runtimes.sweep()
                yield StepRunner(new_log(self.home), lock, is_canceled)
            except OSError as error:
                sentence = sentence_about(str(error))
                raise InstallError(sentence or f"The installation failed ({error}).") from error
