# SPDX-License-Identifier: GPL-2.0-or-later
"""Dask distributed in the engine's environment, for jobs in several processes."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Callable, Mapping, Optional

from .environment import NO_ENGINE, engine_home, installed_python
from .install_error import InstallError
from .install_lock import hold_install_lock
from .install_step import StepRunner
from .launch import ROOT
from .pip import PIP_LOG, pip_environment, pip_install, requirements

LOCK_FILE = ROOT / "engine" / "locks" / "cluster.txt"
LOG = "logs/install-cluster.log"
_PIN = re.compile(r"^distributed==([\w.]+)", re.MULTILINE)


def has_cluster(home: Optional[Path] = None) -> bool:
    """Return whether the pinned Dask is in the engine's environment, without starting a process."""
    python = installed_python((home or engine_home()).absolute())
    pin = _PIN.search(LOCK_FILE.read_text(encoding="utf-8"))
    if python is None or pin is None:
        return False
    name = f"distributed-{pin[1]}.dist-info"
    folder = python.parents[1]
    return any(
        any(folder.glob(f"{lib}/{name}"))
        for lib in ("lib/python*/site-packages", "Lib/site-packages")
    )


def install_cluster(
    on_progress: Callable[[float, str, str], None],
    is_canceled: Callable[[], bool],
    *,
    home: Optional[Path] = None,
    environment: Optional[Mapping[str, str]] = None,
    wheels: Optional[Path] = None,
) -> str:
    """Install the pinned Dask into the engine's environment, and return a message.

    Args:
        on_progress: callback with the completed fraction, 0..1, the phase and a message.
        is_canceled: function that returns whether to cancel.
        home: home folder of the engine; None: the usual one.
        environment: environment variables with network settings; None: those of this process.
        wheels: folder of wheels to install from without a network.

    Raises:
        InstallError: if the engine is not installed, or the packages cannot be installed.
        InstallCanceled: if the installation was canceled.
    """
    home = (home or engine_home()).absolute()
    python = installed_python(home)
    if python is None:
        raise InstallError(NO_ENGINE)

    def report_waiting(sentence: str) -> None:
        on_progress(0.0, "Waiting", sentence)

    with hold_install_lock(home, report_waiting, is_canceled) as lock:
        log = home / LOG
        log.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".cluster-", dir=home))
        try:
            on_progress(0.1, "Libraries", "Downloading Dask")
            given = dict(os.environ if environment is None else environment)
            command = pip_install(python, "--no-deps", *requirements(LOCK_FILE, wheels))
            settings = pip_environment(given, scratch / "downloads", scratch)
            step = StepRunner(log, lock, is_canceled).run(command, settings)
            details = scratch / PIP_LOG
            text = details.read_text(encoding="utf-8", errors="replace") if details.exists() else ""
            step.require("The libraries could not be installed", log, text)
        except OSError as error:
            raise InstallError(f"Dask could not be installed ({error}).") from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return "Dask is installed."
