# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls of pip by the installer: only wheels with the pinned hashes, with progress.

Network settings are passed to pip by the environment or `pip.conf`, not on the command line, which
all users of the machine can read.
"""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Callable, Dict, List, Mapping, Optional, Sequence

from .launch import child_environment

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
PIP_LOG = "pip.log"

OnFraction = Callable[[float, str], None]


def pip_environment(parent: Mapping[str, str], downloads: Path, scratch: Path) -> Dict[str, str]:
    """Return the environment of pip.

    Args:
        parent: environment variables of this process, and those of its network settings.
        downloads: folder of pip's cache, on the disk that was checked.
        scratch: folder of its temporary files and detailed log.
    """
    network = {name: parent[name] for name in _NETWORK if name in parent}
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    return {
        **child_environment(parent),
        **network,
        **places,
        "PIP_CACHE_DIR": str(downloads),
        "PIP_LOG": str(scratch / PIP_LOG),
        "PIP_USER": "0",
    }


def pip_install(python: Path, *arguments: str) -> List[str]:
    """Return the command that installs hash-locked wheels into the environment of `python`."""
    return [*_pip(python, "install"), *arguments]


def pip_download(python: Path, *arguments: str) -> List[str]:
    """Return the command that only downloads hash-locked wheels."""
    return [*_pip(python, "download"), "--no-deps", *arguments]


def requirements(lock_file: Path, wheels: Optional[Path]) -> List[str]:
    """Return pip's arguments for a list of pins; with a folder of wheels no network is used."""
    offline = ("--no-index", "--find-links", str(wheels)) if wheels else ()
    return [*offline, "--requirement", str(lock_file)]


def write_torch_requirement(lock_file: Path, index: str, folder: Path) -> Path:
    """Write the pin of torch with its index to a file, and return its path.

    An address may contain a password, so it is neither on the command line nor in the environment,
    which other processes can read.
    """
    path = folder / "torch.txt"
    path.touch(mode=0o600)
    text = lock_file.read_text(encoding="utf-8")
    pin = re.search(r"^torch==(?:.*\\\n)*.*$", text, re.MULTILINE)
    if pin is None:
        raise ValueError(f"{lock_file} does not pin torch.")
    path.write_text(f"--extra-index-url {index}\n{pin[0]}\n", encoding="utf-8")
    return path


def _pip(python: Path, verb: str) -> List[str]:
    quiet = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off")
    checked = ("--only-binary", ":all:", "--require-hashes")
    return [str(python), "-E", "-s", "-m", "pip", verb, *checked, *quiet]


class PipProgress:
    """Estimate of the progress from pip's output and the files on disk; it never decreases.

    Args:
        pins: names and versions of the packages to install.
        folders: folders of downloaded and installed files.
        expected_mb: size of all these files at the end.
        on_fraction: callback with the completed fraction, 0..1, and a message.
    """

    def __init__(
        self,
        pins: Sequence[str],
        folders: Sequence[Path],
        expected_mb: int,
        on_fraction: OnFraction,
    ) -> None:
        self._pins = len(pins)
        self._folders = folders
        self._expected_mb = expected_mb
        self._on_fraction = on_fraction
        self._fraction = 0.0
        self._size_mb = 0
        self._next_s = 0.0

    def feed(self, output: str) -> None:
        """Update the progress from pip's output so far."""
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + _MEASURE_S
        found = _FOUND.findall(output)
        # Archives are removed after they are unpacked, so the size can decrease.
        size_mb = min(sum(map(folder_size_mb, self._folders)), self._expected_mb)
        self._size_mb = max(self._size_mb, size_mb)
        share = 0.3 * len(set(found)) / self._pins + 0.7 * self._size_mb / self._expected_mb
        self._fraction = max(self._fraction, min(share, 1.0))
        size = f"{self._size_mb} of about {self._expected_mb} MB on disk"
        self._on_fraction(self._fraction, f"{_activity(output, found)} ({size})")


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
