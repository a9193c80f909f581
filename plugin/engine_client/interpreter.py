# SPDX-License-Identifier: GPL-2.0-or-later
"""Search for a Python interpreter from which the engine's environment is created.

`sys.executable` is not used: inside QGIS it may be QGIS itself, so that a second QGIS would start.
"""

from __future__ import annotations

import glob
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List, Optional, Tuple

from .install_error import InstallError
from .launch import child_environment

OLDEST, NEWEST = (3, 11), (3, 13)  # versions with wheels of the pinned libraries
PROBE_S = 15.0

_NAMES = ("python3.11", "python3.12", "python3.13", "python3", "python")
_POSIX_FOLDERS = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "~/.local/bin")
_WINDOWS_PATTERNS = (
    r"%LOCALAPPDATA%\Programs\Python\Python31[123]\python.exe",
    r"%PROGRAMFILES%\Python31[123]\python.exe",
    r"%SYSTEMDRIVE%\Python31[123]\python.exe",
)
_QGIS_FOLDER = re.compile(r"(qgis|osgeo4w)(64)?([ .\d].*|\.app)?", re.IGNORECASE)
_PROBE = """
import json, os, sys
try:
    import ensurepip, venv
    makes_venvs = True
except ImportError:
    makes_venvs = False
path = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
print(json.dumps([path, list(sys.version_info[:2]), sys.maxsize > 2**32, makes_venvs]))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python interpreter that can create the engine's environment."""

    path: Path
    version: Tuple[int, int]


def choose_interpreter(preferred: Optional[Path] = None) -> Interpreter:
    """Return the interpreter that the user prefers, or else the first suitable one.

    Raises:
        InstallError: if the preferred interpreter is not suitable, or none is found.
    """
    if preferred is not None:
        return probe_interpreter(preferred)
    reasons: List[str] = []
    for candidate in _candidates():
        try:
            return probe_interpreter(candidate)
        except InstallError as error:
            reasons.append(error.sentence)
    reason = next((each for each in reasons if "python3-venv" in each), "")
    raise InstallError(
        reason
        or f"No Python {_text(OLDEST)} to {_text(NEWEST)} was found on this machine: install one "
        "from python.org or your package manager, or choose one."
    )


def probe_interpreter(path: Path) -> Interpreter:
    """Run `path` and return the interpreter.

    Raises:
        InstallError: if the interpreter is not suitable; the message gives the reason.
    """
    if _belongs_to_qgis(path):
        raise InstallError(f"{path} belongs to QGIS: choose a separately installed Python.")
    try:
        real_path, version, is_64_bit, makes_venvs = json.loads(_output(path, "-c", _PROBE))
        major, minor = map(int, version)
        real_path = Path(real_path)
    except (OSError, ValueError, TypeError, RecursionError, subprocess.SubprocessError) as error:
        raise InstallError(f"{path} is not a working Python: choose another one.") from error
    version = (major, minor)
    if not OLDEST <= version <= NEWEST or not is_64_bit:
        raise InstallError(
            f"{path} is Python {_text(version)}{'' if is_64_bit else ', 32 bit'}: the engine needs "
            f"{_text(OLDEST)} to {_text(NEWEST)}, 64 bit."
        )
    if not makes_venvs:
        raise InstallError(
            f"{path} cannot create virtual environments: run 'sudo apt install python3-venv', or "
            "choose another Python."
        )
    return Interpreter(real_path, version)


def has_pip(path: Path) -> bool:
    """Return whether the interpreter `path` has pip."""
    try:
        _output(path, "-m", "pip", "--version")
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _output(path: Path, *arguments: str) -> bytes:
    return subprocess.run(  # nosec B603  # a list, no shell
        [str(path), "-E", "-s", *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=PROBE_S,
        env=child_environment(os.environ),
    ).stdout


def _candidates() -> Iterator[Path]:
    folders = os.environ.get("PATH", "").split(os.pathsep)
    folders += [os.path.expanduser(folder) for folder in _POSIX_FOLDERS]  # noqa: PTH111
    for name in _NAMES:
        for folder in folders:
            found = shutil.which(name, path=folder) if folder else None
            if found:
                yield Path(found)
    if sys.platform == "win32":
        for pattern in _WINDOWS_PATTERNS:
            yield from map(Path, glob.glob(os.path.expandvars(pattern)))  # noqa: PTH207


def _belongs_to_qgis(path: Path) -> bool:
    parts = (*path.parts, *path.resolve().parts)
    return "qgis" in path.stem.lower() or any(map(_QGIS_FOLDER.fullmatch, parts))


def _text(version: Tuple[int, ...]) -> str:
    return ".".join(map(str, version[:2]))
