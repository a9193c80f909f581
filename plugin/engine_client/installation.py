# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps of an installation: get a Python, create an environment, fill and test it, switch."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable, Dict, List, Mapping, Optional, Tuple

from .bundle import Bundle, unpack_bundle
from .environment import Runtime, lock_hash, read_pins, switch_to
from .install_error import InstallCanceled, InstallError
from .interpreter import choose_interpreter
from .launch import child_environment
from .pip import (
    PIP_LOG,
    PipProgress,
    folder_size_mb,
    pip_environment,
    pip_install,
    requirements,
    write_torch_requirement,
)
from .runtimes import Runtimes, interpreter_of
from .self_test import run_self_test
from .standalone_python import PYTHONS, StandalonePython

if TYPE_CHECKING:
    from pathlib import Path

    from .install_step import StepRunner
    from .variants import Variant

OnProgress = Callable[[float, str, str], None]

LIBRARIES_START, LIBRARIES_END = 0.05, 0.92


@dataclass(frozen=True)
class InstallSource:
    """What an installation is made from.

    Args:
        python: interpreter to create the environment with; None: a suitable one of this machine, or
            else one that is downloaded.
        is_standalone: whether to download a Python even if there is a suitable one.
        wheels: folder of wheels to install from without a network; None: the package index.
        bundle: offline bundle with wheels and Python; None: none.
        environment: environment variables of this process, and those of its network settings.
        torch_index: index of the build of torch, empty for the one in the table of variants.
    """

    python: Optional[Path] = None
    is_standalone: bool = False
    wheels: Optional[Path] = None
    bundle: Optional[Bundle] = None
    environment: Mapping[str, str] = field(default_factory=dict)
    torch_index: str = ""


class Installation:
    """One installation, while the lock is held.

    Args:
        home: home folder of the engine.
        variant: variant to install.
        source: Python, wheels and settings that the environment is made from.
        runner: runner of the steps.
        on_progress: callback with the completed fraction, 0..1, the phase and a message.
    """

    def __init__(
        self,
        home: Path,
        variant: Variant,
        source: InstallSource,
        runner: StepRunner,
        on_progress: OnProgress,
    ) -> None:
        self._home = home
        self._variant = variant
        self._source = source
        self._runner = runner
        self._on_progress = on_progress
        self._runtimes = Runtimes(home)
        self._lock = lock_hash(variant.lock_file)
        self._downloads = home / "downloads"
        self.remark = ""

    def reuse_or_create(self, *, is_fresh: bool) -> Path:
        """Switch to an environment for this version's pins and return its interpreter.

        An existing environment is used again, as after a downgrade, unless `is_fresh`. Afterwards
        `remark` is a sentence for the user if the graphics card cannot be used.

        Raises:
            InstallError: if the installation failed, without any changes.
        """
        folder = None if is_fresh else self._runtimes.finished(self._lock)
        device = self._device_of(folder) if folder else None
        if folder is None or device is None:
            folder, device = self._create()
        self._switch(folder, device)
        self._runtimes.discard_other(folder, lock=self._lock)
        shutil.rmtree(self._downloads, ignore_errors=True)
        return interpreter_of(folder)

    def _device_of(self, folder: Path) -> Optional[str]:
        try:
            return self._test(folder)
        except InstallError:
            return None

    def _create(self) -> Tuple[Path, str]:
        self._check_disk()
        self._unpack()
        self._on_progress(0.0, "Python", "Looking for a Python")
        base = self._base()
        folder = self._runtimes.begin(self._lock)
        try:
            self._create_venv(base, folder)
            self._fill(folder)
            device = self._test(folder)
            self._runtimes.finish(folder)
        except BaseException:
            self._runtimes.discard(folder)
            raise
        return folder, device

    def _check_disk(self) -> None:
        needed_mb = self._expected_mb() + (
            self._source.bundle.size_mb if self._source.bundle else 0
        )
        free_mb = shutil.disk_usage(self._home).free // 1_000_000
        if free_mb < needed_mb:
            raise InstallError(
                f"The engine needs {needed_mb} MB but {self._home} has {free_mb} MB free: free "
                "some space, or set ORTHOSCRIBE_HOME to a folder on another disk."
            )

    def _expected_mb(self) -> int:
        """Return the size of the environment and of the downloads, which are kept until the end."""
        return self._variant.size_mb + self._variant.download_mb

    def _unpack(self) -> None:
        if self._source.bundle is not None:
            self._on_progress(0.0, "Bundle", f"Unpacking {self._source.bundle.path.name}")
            folder = self._bundle_folder()
            shutil.rmtree(folder, ignore_errors=True)
            if not unpack_bundle(self._source.bundle, folder, self._runner.is_canceled):
                raise InstallCanceled

    def _bundle_folder(self) -> Path:
        return self._downloads / "bundle"

    def _base(self) -> Path:
        """Return the interpreter that the environment is created with."""
        bundle = self._source.bundle
        if bundle is None and not self._source.is_standalone:
            try:
                return choose_interpreter(self._source.python).path
            except InstallError:
                if self._source.python is not None:
                    raise
        self._on_progress(0.0, "Python", "Installing a Python")
        return StandalonePython(
            self._home,
            self._runner,
            self._source.environment,
            bundle=self._bundle_folder() if bundle else None,
            version=bundle.python if bundle else PYTHONS[0],
        ).bring()

    def _create_venv(self, base: Path, folder: Path) -> None:
        self._on_progress(0.02, "Environment", f"Creating an environment with {base}")
        command = [str(base), "-E", "-s", "-m", "venv", str(folder)]
        step = self._runner.run(command, child_environment(self._source.environment))
        step.require("The environment could not be created", self._runner.log)

    def _fill(self, folder: Path) -> None:
        self._report_libraries(0.0, "Looking for the libraries")
        scratch = folder / ".scratch"
        scratch.mkdir(mode=0o700)
        progress = PipProgress(
            read_pins(self._variant.lock_file),
            (folder, self._downloads),
            self._expected_mb(),
            self._report_libraries,
        )
        wheels = self._bundle_folder() / "wheels" if self._source.bundle else self._source.wheels
        environment = pip_environment(self._source.environment, self._downloads, scratch)
        python, lock_file = interpreter_of(folder), self._variant.lock_file
        index = self._source.torch_index or self._variant.torch_index
        if index and wheels is None:
            torch = write_torch_requirement(lock_file, index, scratch)
            options = ("--retries", "1", "--no-deps", "--requirement", str(torch))
            self._install(pip_install(python, *options), environment, scratch, progress)
        command = pip_install(python, *requirements(lock_file, wheels))
        self._install(command, environment, scratch, progress)
        shutil.rmtree(scratch, ignore_errors=True)

    def _install(
        self, command: List[str], environment: Dict[str, str], scratch: Path, progress: PipProgress
    ) -> None:
        step = self._runner.run(command, environment, progress.feed)
        details = scratch / PIP_LOG
        text = details.read_text(encoding="utf-8", errors="replace") if details.exists() else ""
        step.require("The libraries could not be installed", self._runner.log, text)

    def _test(self, folder: Path) -> str:
        """Return the device that passes the self-test, as in `Runtime`."""
        self._on_progress(LIBRARIES_END, "Self-test", "Testing torch on this machine")
        result = run_self_test(self._runner, interpreter_of(folder), self._variant.build)
        self.remark = result.remark
        return result.device

    def _switch(self, folder: Path, device: str) -> None:
        python = interpreter_of(folder)
        base = os.path.realpath(python)
        size_mb = folder_size_mb(folder)
        runtime = Runtime(self._lock, str(python), base, size_mb, self._variant.name, device)
        switch_to(runtime, self._home)

    def _report_libraries(self, fraction: float, message: str) -> None:
        span = LIBRARIES_END - LIBRARIES_START
        self._on_progress(LIBRARIES_START + span * fraction, "Libraries", message)
