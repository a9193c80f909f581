# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps of an installation: find a Python, create an environment, fill and test it, switch."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from .environment import LOCK_FILE, Runtime, lock_hash, read_pins, switch_to
from .install_error import InstallError, known_cause
from .interpreter import choose_interpreter
from .launch import child_environment, engine_environment, self_test_command
from .pip import (
    PipProgress,
    folder_size_mb,
    pip_environment,
    pip_install,
    requirements,
    torch_requirement,
)
from .runtimes import Runtimes, interpreter_of
from .torch_source import DOWNLOAD_SHARE, expected_size_mb, torch_index

if TYPE_CHECKING:
    from .install_step import InstallStepResult, StepRunner

OnProgress = Callable[[float, str, str], None]

LIBRARIES_START, LIBRARIES_END = 0.05, 0.92


class Installation:
    """One installation, while the lock is held.

    Args:
        home: home folder of the engine.
        runner: runner of the steps.
        on_progress: callback with the completed fraction, 0..1, the phase and a message.
        wheels: folder of wheels to install from without a network; None: the package index.
    """

    def __init__(
        self, home: Path, runner: StepRunner, on_progress: OnProgress, *, wheels: Optional[Path]
    ) -> None:
        self._home = home
        self._runner = runner
        self._on_progress = on_progress
        self._wheels = wheels
        self._runtimes = Runtimes(home)
        self._lock = lock_hash()

    def reuse_or_create(self, preferred: Optional[Path], *, is_fresh: bool) -> Path:
        """Switch to an environment for this version's pins and return its interpreter.

        An existing environment is used again, as after a downgrade, unless `is_fresh`.

        Raises:
            InstallError: if the installation failed, without any changes.
        """
        folder = None if is_fresh else self._runtimes.finished(self._lock)
        if folder is None or not self._passes_test(folder):
            folder = self._create(preferred)
        self._switch(folder)
        self._runtimes.discard_other(folder, lock=self._lock)
        shutil.rmtree(self._home / "downloads", ignore_errors=True)
        return interpreter_of(folder)

    def _passes_test(self, folder: Path) -> bool:
        try:
            self._test(folder)
        except InstallError:
            return False
        return True

    def _create(self, preferred: Optional[Path]) -> Path:
        self._on_progress(0.0, "Python", "Looking for a Python")
        base = choose_interpreter(preferred)
        self._check_disk()
        folder = self._runtimes.begin(self._lock)
        try:
            self._create_venv(base.path, folder)
            self._fill(folder)
            self._test(folder)
            self._runtimes.finish(folder)
        except BaseException:
            self._runtimes.discard(folder)
            raise
        return folder

    def _check_disk(self) -> None:
        needed_mb = int(expected_size_mb() * (1.0 + DOWNLOAD_SHARE))
        free_mb = shutil.disk_usage(self._home).free // 1_000_000
        if free_mb < needed_mb:
            raise InstallError(
                f"The engine needs {needed_mb} MB but {self._home} has {free_mb} MB free: free "
                "some space, or set ORTHOSCRIBE_HOME to a folder on another disk."
            )

    def _create_venv(self, base: Path, folder: Path) -> None:
        self._on_progress(0.02, "Environment", f"Creating an environment with {base}")
        command = [str(base), "-E", "-s", "-m", "venv", str(folder)]
        step = self._runner.run(command, child_environment(os.environ))
        self._require(step, "The environment could not be created")

    def _fill(self, folder: Path) -> None:
        self._report_libraries(0.0, "Looking for the libraries")
        scratch = folder / ".scratch"
        scratch.mkdir()
        python = interpreter_of(folder)
        environment = pip_environment(self._home / "downloads", scratch)
        progress = PipProgress(
            read_pins(), (folder, self._home / "downloads"), self._report_libraries
        )
        index = None if self._wheels else torch_index()
        if index is not None:
            # If it cannot be reached, the larger build of the package index is installed below.
            command = pip_install(python, *torch_requirement(index, LOCK_FILE))
            self._runner.run(command, environment, progress.feed)
        command = pip_install(python, *requirements(self._wheels, LOCK_FILE))
        step = self._runner.run(command, environment, progress.feed)
        self._require(step, "The libraries could not be installed")
        shutil.rmtree(scratch, ignore_errors=True)

    def _test(self, folder: Path) -> None:
        self._on_progress(LIBRARIES_END, "Self-test", "Testing torch on this machine")
        run_self_test(self._runner, interpreter_of(folder))

    def _switch(self, folder: Path) -> None:
        python = interpreter_of(folder)
        base = Path(os.path.realpath(python))
        switch_to(Runtime(self._lock, str(python), str(base), folder_size_mb(folder)), self._home)

    def _report_libraries(self, fraction: float, message: str) -> None:
        span = LIBRARIES_END - LIBRARIES_START
        self._on_progress(LIBRARIES_START + span * fraction, "Libraries", message)

    def _require(self, step: InstallStepResult, sentence: str) -> None:
        require(step, sentence, self._runner)


def run_self_test(runner: StepRunner, python: Path) -> str:
    """Run the engine's self-test with `python` and return its output.

    Raises:
        InstallError: if the self-test failed.
    """
    step = runner.run(self_test_command(python), engine_environment(os.environ))
    require(step, "The engine does not work on this machine", runner)
    return step.text


def require(step: InstallStepResult, sentence: str, runner: StepRunner) -> None:
    """Check that `step` succeeded.

    Args:
        step: result of the step.
        sentence: beginning of the message if the cause is unknown.
        runner: runner of the step.

    Raises:
        InstallError: if the step failed; the message gives the cause, if it is known.
    """
    if not step.is_done:
        known = known_cause(step.output)
        raise InstallError(known or f"{sentence} ({step.last_line}).", str(runner.log))
