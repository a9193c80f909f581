# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls of pip by the installer: only wheels of the pinned versions, with progress.

Network settings are passed to pip by the environment or `pip.conf`, not on the command line, which
all users of the machine can read.
"""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Callable, Dict, List, Optional, Sequence

from .environment import LOCK_FILE, read_pins
from .launch import child_environment
from .torch_source import DOWNLOAD_SHARE, expected_size_mb

if TYPE_CHECKING:
    from pathlib import Path

_NETWORK = (
    *(f"PIP_{name}" for name in ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX")),
    *(f"PIP_{name}" for name in ("CERT", "CLIENT_CERT", "TRUSTED_HOST", "PROXY", "CONFIG_FILE")),
    *(f"PIP_{name}" for name in ("TIMEOUT", "DEFAULT_TIMEOUT", "RETRIES", "KEYRING_PROVIDER")),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"),
)
_FOUND = re.compile(r"^(?:Collecting|Requirement already satisfied:) ([\w.-]+)", re.MULTILINE)
_MEASURE_S = 1.0

OnFraction = Callable[[float, str], None]


def pip_environment(downloads: Path, scratch: Path) -> Dict[str, str]:
    """Return pip's environment, with cache and temporary files on the disk that was checked."""
    network = {name: os.environ[name] for name in _NETWORK if name in os.environ}
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    return {
        **child_environment(os.environ),
        **network,
        **places,
        "PIP_CACHE_DIR": str(downloads),
        "PIP_USER": "0",
    }


def pip_install(python: Path, *arguments: str) -> List[str]:
    """Return the command that installs into the environment of `python`."""
    quiet = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off")
    pip = (str(python), "-E", "-s", "-m", "pip", "install")
    return [*pip, "--only-binary", ":all:", *quiet, *arguments]


def requirements(wheels: Optional[Path], lock_file: Path = LOCK_FILE) -> List[str]:
    """Return pip's arguments for the pins; with a folder of wheels no network is used."""
    offline = ("--no-index", "--find-links", str(wheels)) if wheels else ()
    return [*offline, "--requirement", str(lock_file)]


def torch_requirement(index: str, lock_file: Path = LOCK_FILE) -> List[str]:
    """Return pip's arguments for the pinned torch from `index`, with a short timeout."""
    pin = next(pin for pin in read_pins(lock_file) if pin.startswith("torch=="))
    return ["--index-url", index, "--retries", "0", "--timeout", "15", "--no-deps", pin]


class PipProgress:
    """Estimate of the progress from pip's output and the files on disk; it never decreases.

    Args:
        pins: names and versions of the packages to install.
        folders: folders of downloaded and installed files.
        on_fraction: callback with the completed fraction, 0..1, and a message.
    """

    def __init__(
        self, pins: Sequence[str], folders: Sequence[Path], on_fraction: OnFraction
    ) -> None:
        self._pins = len(pins)
        self._folders = folders
        self._on_fraction = on_fraction
        self._fraction = 0.0
        self._next_s = 0.0

    def feed(self, output: str) -> None:
        """Update the progress from pip's output so far."""
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + _MEASURE_S
        found = _FOUND.findall(output)
        size_mb = sum(map(folder_size_mb, self._folders))
        expected_mb = expected_size_mb() * (1.0 + DOWNLOAD_SHARE)
        share = 0.3 * len(set(found)) / self._pins + 0.7 * size_mb / expected_mb
        self._fraction = max(self._fraction, min(share, 1.0))
        self._on_fraction(self._fraction, f"{_activity(output, found)} ({size_mb} MB so far)")


def folder_size_mb(folder: Path) -> int:
    """Return the size of all files in `folder`; files removed in the meantime are ignored."""
    size = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.lstat(os.path.join(path, name)).st_size  # noqa: PTH118 (15,000 files)
            except OSError:
                continue
    return size // 1_000_000


def _activity(output: str, found: Sequence[str]) -> str:
    if "Installing collected packages" in output:
        return "Unpacking the libraries"
    return f"Downloading {found[-1]}" if found else "Looking for the libraries"
