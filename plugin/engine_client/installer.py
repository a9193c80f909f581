# SPDX-License-Identifier: GPL-2.0-or-later
"""Installation and removal of the engine's environment.

A virtual environment cannot be moved, since its scripts and its configuration contain its path. So
a new one is created in its final place and marked as unfinished. After it has passed the self-test,
`current.json` is replaced, which is atomic. Until then the old environment is used. Interrupted
installations leave marked folders, which the next installation removes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Callable, Dict, Iterator, Mapping, Optional, Tuple

from .bundle import open_bundle
from .environment import NO_ENGINE, engine_home, installed_python, lock_hashes, usable_runtime
from .gpu import find_gpus
from .install_error import InstallError, known_cause
from .install_lock import hold_install_lock
from .install_step import StepRunner
from .installation import Installation, InstallSource, OnProgress
from .runtimes import Runtimes
from .self_test import run_self_test
from .variants import Choice, Variant, choose_variant, this_platform

LOGS_KEPT = 5

IsCanceled = Callable[[], bool]
Environment = Callable[[], Mapping[str, str]]


def _ignore_progress(fraction: float, phase: str, message: str) -> None:
    """Do nothing."""


def _do_nothing() -> None:
    """Do nothing."""


def _never() -> bool:
    return False


def _no_settings() -> Mapping[str, str]:
    return {}


class Installer:
    """Installs, tests and removes the engine in one home folder.

    All methods may block, so call them from a background thread.

    Args:
        home: home folder of the engine; None: `$ORTHOSCRIBE_HOME` or `~/.orthoscribe`.
        source: Python, wheels and settings to install from.
        build: build of torch, `auto` for the one that suits this machine.
        network: function that returns environment variables with network settings, such as those
            of QGIS; called by `prepare`.
        before_change: callback before an environment is replaced or removed, which ends engines
            that use it.
    """

    def __init__(
        self,
        home: Optional[Path] = None,
        *,
        source: Optional[InstallSource] = None,
        build: str = "auto",
        network: Environment = _no_settings,
        before_change: Callable[[], None] = _do_nothing,
    ) -> None:
        self.home = (home or engine_home()).absolute()
        self._source = source or InstallSource()
        self._build = build
        self._network = network
        self._before_change = before_change
        self._runtimes = Runtimes(self.home)
        self._choice: Optional[Choice] = None
        self._settings: Dict[str, str] = {}

    def prepare(self) -> None:
        """Read the network settings; QGIS allows that on its main thread only."""
        self._settings = dict(self._network())

    def choice(self) -> Choice:
        """Return the variant for this machine and the reason; the first call may take a second.

        Raises:
            InstallError: if no variant suits this machine.
        """
        if self._choice is None:
            system = this_platform()
            gpus = find_gpus() if self._build == "auto" else []
            self._choice = choose_variant(system, gpus, self._build)
        return self._choice

    def install(
        self,
        on_progress: OnProgress = _ignore_progress,
        is_canceled: IsCanceled = _never,
        *,
        repair: bool = False,
        bundle: Optional[Path] = None,
    ) -> Path:
        """Install the engine if it is missing and return its interpreter.

        Args:
            on_progress: callback with the completed fraction, 0..1, the phase and a message.
            is_canceled: function that returns whether to cancel, called several times per second.
            repair: whether to install the engine even if it exists.
            bundle: offline bundle to install from, even if the engine exists.

        Raises:
            InstallError: if the installation failed, without any changes.
            InstallCanceled: if the installation was canceled, without any changes.
        """
        python = installed_python(self.home)
        is_fresh = repair or bundle is not None
        if python is not None and not is_fresh:
            return python
        variant, source = self._what(bundle)
        self._before_change()
        with self._steps(on_progress, is_canceled) as runner:
            python = installed_python(self.home)  # may have been installed in the meantime
            remark = ""
            if python is None or is_fresh:
                installation = Installation(self.home, variant, source, runner, on_progress)
                python = installation.reuse_or_create(is_fresh=is_fresh)
                remark = installation.remark
        on_progress(1.0, "Done", remark or "The engine is ready.")
        return python

    def _what(self, bundle: Optional[Path]) -> Tuple[Variant, InstallSource]:
        environment = {**os.environ, **self._source.environment, **self._settings}
        source = replace(self._source, environment=environment)
        if bundle is None:
            return self.choice().variant, source
        opened = open_bundle(bundle, this_platform())
        return opened.variant, replace(source, bundle=opened)

    def self_test(self, is_canceled: IsCanceled = _never) -> str:
        """Run the installed engine's self-test and return its output.

        Raises:
            InstallError: if the engine is not installed, or the self-test fails.
        """
        runtime = usable_runtime(self.home)
        if runtime is None or runtime.lock not in lock_hashes():
            raise InstallError(NO_ENGINE)
        build = runtime.variant.rpartition("-")[2]
        with self._steps(_ignore_progress, is_canceled) as runner:
            result = run_self_test(runner, Path(runtime.python), build)
        return "\n".join(filter(None, (result.text, result.remark)))

    def remove(self) -> None:
        """Remove every environment; models and settings are kept.

        Raises:
            InstallError: if the folder cannot be written.
        """
        self._before_change()
        with self._steps(_ignore_progress, _never):
            (self.home / "current.json").unlink(missing_ok=True)
            self._runtimes.discard_all()
            for name in ("downloads", "python"):
                shutil.rmtree(self.home / name, ignore_errors=True)

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
                self._remove_other_pythons()

    def _remove_other_pythons(self) -> None:
        """Remove each Python of the engine's own that the current environment does not need."""
        runtime = usable_runtime(self.home)
        needed = Path(runtime.base).parents if runtime else ()
        for folder in (self.home / "python").glob("cpython-*"):
            if folder.is_symlink():
                folder.unlink()
            elif folder not in needed:
                shutil.rmtree(folder, ignore_errors=True)

    def size_mb(self) -> int:
        """Return the recorded size of the current engine on disk, or 0 if there is none."""
        runtime = usable_runtime(self.home)
        return runtime.size_mb if runtime else 0

    def is_outdated(self) -> bool:
        """Return whether the installed engine is of another version of the plugin."""
        runtime = usable_runtime(self.home)
        return runtime is not None and runtime.lock not in lock_hashes()

    @contextlib.contextmanager
    def _steps(self, on_progress: OnProgress, is_canceled: IsCanceled) -> Iterator[StepRunner]:
        def report_waiting(sentence: str) -> None:
            on_progress(0.0, "Waiting", sentence)

        with hold_install_lock(self.home, report_waiting, is_canceled) as lock:
            try:
                self._runtimes.remove_leftovers()
                _remove_unfinished_pointers(self.home)
                yield StepRunner(_new_log(self.home), lock, is_canceled)
            except OSError as error:
                sentence = known_cause(str(error))
                raise InstallError(sentence or f"The installation failed ({error}).") from error


def _remove_unfinished_pointers(home: Path) -> None:
    for pointer in home.glob(".current.*.json"):
        pointer.unlink(missing_ok=True)


def _new_log(home: Path) -> Path:
    """Return the path of a new log in `home`, and remove the oldest ones."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("install-*.log"))[: -LOGS_KEPT + 1]:
        old.unlink()
    return folder / time.strftime("install-%Y%m%d-%H%M%S.log")
