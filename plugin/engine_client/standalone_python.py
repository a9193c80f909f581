# SPDX-License-Identifier: GPL-2.0-or-later
"""A Python of the engine's own, for machines that have none that is suitable.

pip of any Python, such as that of QGIS, downloads uv with the hash in `engine/locks/uv.txt`. uv
downloads python-build-standalone and checks it against the checksums inside uv. An offline bundle
contains both files; they are checked in the same way.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Dict, Iterator, List, Mapping, Optional

from .install_error import InstallError
from .interpreter import has_pip
from .launch import child_environment
from .pip import pip_download, pip_environment, requirements
from .variants import UV_LOCK

if TYPE_CHECKING:
    from .install_step import InstallStepResult, StepRunner

PYTHONS = ("3.12.16", "3.11.18")  # known to the pinned uv; the first one is the default

_PASSED_ON = (
    *("UV_PYTHON_INSTALL_MIRROR", "UV_PYTHON_DOWNLOADS_JSON_URL"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR"),
)
_WINDOWS_SYSTEM = "win32"


class StandalonePython:
    """Source of an own Python.

    Args:
        home: home folder of the engine.
        runner: runner of the steps.
        environment: environment variables of this process, and those of its network settings.
        bundle: folder of an unpacked offline bundle; None: the network is used.
        version: version of Python, one of `PYTHONS`.
    """

    def __init__(
        self,
        home: Path,
        runner: StepRunner,
        environment: Mapping[str, str],
        *,
        bundle: Optional[Path] = None,
        version: str = PYTHONS[0],
    ) -> None:
        if version not in PYTHONS:
            raise InstallError(f"Python {version} is not supported: choose {' or '.join(PYTHONS)}.")
        self._folder = home / "python"
        self._downloads = home / "downloads"
        self._runner = runner
        self._environment = environment
        self._bundle = bundle
        self._version = version

    def bring(self) -> Path:
        """Return the interpreter, installing it if it is missing.

        Raises:
            InstallError: if uv or Python cannot be had, or is not the expected file.
            InstallCanceled: if the installation was canceled.
        """
        found = self._installed()
        if found is not None:
            return found
        self._downloads.mkdir(parents=True, exist_ok=True)
        wheel = self._bundled_wheel() if self._bundle else self._downloaded_wheel()
        uv = unpack_uv(wheel, self._downloads)
        command = install_command(uv, self._version, self._folder)
        step = self._runner.run(command, self._uv_environment())
        self._require(step, "Python could not be installed")
        found = self._installed()
        if found is None:
            raise InstallError("Python was installed, but it is not complete: try again.")
        return found

    def _installed(self) -> Optional[Path]:
        pattern = f"cpython-{self._version}-*"
        for folder in sorted(self._folder.glob(pattern)):
            python = python_of(folder)
            if python.exists():
                return python
        return None

    def _bundled_wheel(self) -> Path:
        wheels = sorted((self._bundle or Path()).glob("uv/*.whl"))
        if not wheels:
            raise InstallError("The bundle contains no uv: make or download it again.")
        return wheels[0]

    def _downloaded_wheel(self) -> Path:
        scratch = self._downloads / "uv-wheel"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        for python in _pythons_with_pip():
            command = pip_download(python, *requirements(UV_LOCK, None), "--dest", str(scratch))
            environment = pip_environment(self._environment, self._downloads, scratch)
            step = self._runner.run(command, environment)
            self._require(step, "uv could not be downloaded")
            return next(scratch.glob("uv-*.whl"))
        raise InstallError(
            "No suitable Python was found on this machine, and none with pip that could download "
            "one: install Python 3.11 to 3.13 with venv, or install the engine from a file."
        )

    def _uv_environment(self) -> Dict[str, str]:
        passed_on = {name: value for name, value in self._environment.items() if name in _PASSED_ON}
        if "SSL_CERT_FILE" not in passed_on and "PIP_CERT" in self._environment:
            passed_on["SSL_CERT_FILE"] = self._environment["PIP_CERT"]
        cache = self._bundle / "python" if self._bundle else self._downloads / "python"
        return {
            **child_environment(self._environment),
            **passed_on,
            "UV_CACHE_DIR": str(self._downloads / "uv-cache"),
            "UV_PYTHON_CACHE_DIR": str(cache),
            "UV_NO_PROGRESS": "1",
            "UV_SYSTEM_CERTS": "1",
            **({"UV_OFFLINE": "1"} if self._bundle else {}),
        }

    def _require(self, step: InstallStepResult, sentence: str) -> None:
        step.require(sentence, self._runner.log)


def install_command(uv: Path, version: str, folder: Path) -> List[str]:
    """Return the command with which uv installs Python into `folder`, and nowhere else."""
    options = ("--no-bin", "--no-registry", "--install-dir", str(folder))
    return [str(uv), "--no-config", "python", "install", version, *options]


def python_of(folder: Path, system: str = sys.platform) -> Path:
    """Return the path of the interpreter in the folder of a standalone Python."""
    return folder / "python.exe" if system == _WINDOWS_SYSTEM else folder / "bin" / "python3"


def unpack_uv(wheel: Path, folder: Path) -> Path:
    """Return the program uv, taken out of its wheel if the wheel has a pinned hash.

    Raises:
        InstallError: if the wheel is not a pinned one.
    """
    pinned = set(re.findall(r"sha256:([0-9a-f]{64})", UV_LOCK.read_text(encoding="utf-8")))
    if hashlib.sha256(wheel.read_bytes()).hexdigest() not in pinned:
        raise InstallError(
            f"{wheel.name} is not the uv that this version was made with: try again."
        )
    with zipfile.ZipFile(wheel) as archive:
        member = next(
            each for each in archive.namelist() if re.search(r"\.data/scripts/uv(\.exe)?$", each)
        )
        program = folder / Path(member).name
        with contextlib.suppress(FileNotFoundError):
            program.unlink()
        program.touch(mode=0o700)
        with archive.open(member) as source, program.open("wb") as target:
            shutil.copyfileobj(source, target)
    return program


def _pythons_with_pip() -> Iterator[Path]:
    """Yield interpreters of any version that have pip; that of QGIS is among them."""
    base = Path(sys.base_prefix)
    names = ("python.exe", "python3.exe") if sys.platform == _WINDOWS_SYSTEM else ("bin/python3",)
    candidates = [base / name for name in names]
    candidates += [
        Path(found) for found in (shutil.which("python3"), shutil.which("python")) if found
    ]
    if Path(sys.executable).stem.lower().startswith("python"):
        candidates.insert(0, Path(sys.executable))
    for candidate in dict.fromkeys(candidates):
        if os.access(candidate, os.X_OK) and has_pip(candidate):
            yield candidate
