# SPDX-License-Identifier: GPL-2.0-or-later
"""Command line and environment variables of the engine.

Only variables in an allow-list are passed on. QGIS sets PYTHONHOME, PYTHONPATH, PROJ_LIB,
GDAL_DATA, LD_LIBRARY_PATH and others for itself, and each of them breaks another Python.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Dict, FrozenSet, List, Mapping, Tuple

ROOT = Path(__file__).resolve().parents[2]

_SYSTEM = ("PATH", "HOME", "USER", "TEMP", "TMP", "TMPDIR", "TZ", "LANG", "LANGUAGE")
_WINDOWS = (
    "APPDATA",
    "COMSPEC",
    "LOCALAPPDATA",
    "NUMBER_OF_PROCESSORS",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "PROGRAMDATA",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "USERNAME",
    "USERPROFILE",
    "WINDIR",
)
_COMPUTE = ("CUDA_DEVICE_ORDER", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")

ALLOWED: Tuple[str, ...] = (
    *_SYSTEM,
    *_WINDOWS,
    *_COMPUTE,
    *_PROXIES,
    *(name.lower() for name in _PROXIES),
)
ALLOWED_PREFIXES: Tuple[str, ...] = ("LC_", "ORTHOSCRIBE_")

# The engine needs no network, and these may contain passwords.
_INSTALLER_ONLY: FrozenSet[str] = frozenset(
    (*_PROXIES, *(name.lower() for name in _PROXIES), "ORTHOSCRIBE_TORCH_INDEX")
)

_ALWAYS = {"PYTHONIOENCODING": "utf-8", "PYTHONNOUSERSITE": "1"}
# Otherwise glibc returns every large tensor to the kernel and allocates it again, page by page.
_ALLOCATOR = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "99999999999"}
_ON_CPU = {"ORTHOSCRIBE_DEVICE": "cpu"}


def engine_command(python: Path) -> List[str]:
    """Return the command line of a hosted engine; its working folder must be `ROOT`."""
    return [*_python(python), "-m", "engine", "serve"]


def self_test_command(python: Path, device: str = "auto") -> List[str]:
    """Return the command line of the engine's self-test; its working folder must be `ROOT`."""
    return [*_python(python), "-m", "engine", "self-test", "--device", device]


def plan_command(python: Path) -> List[str]:
    """Return the command line that plans a label job; its working folder must be `ROOT`."""
    return [*_python(python), "-m", "engine", "plan", "--json"]


def child_environment(parent: Mapping[str, str]) -> Dict[str, str]:
    """Return the environment of a child: the allowed variables of `parent`, and fixed ones."""
    kept = {name: value for name, value in parent.items() if _is_allowed(name)}
    return {**kept, **_ALWAYS}


def engine_environment(
    parent: Mapping[str, str], platform: str = sys.platform, device: str = "auto"
) -> Dict[str, str]:
    """Return the environment of the engine: that of a child without a network.

    Args:
        parent: environment variables of this process.
        platform: name of the system, as in `sys.platform`; on Linux the allocator is set.
        device: `cpu` makes the engine's `auto` select the processor.
    """
    kept = {
        name: value
        for name, value in child_environment(parent).items()
        if name not in _INSTALLER_ONLY
    }
    allocator = _ALLOCATOR if platform.startswith("linux") else {}
    return {**kept, **allocator, **(_ON_CPU if device == "cpu" else {})}


def _python(python: Path) -> List[str]:
    """Return the command of an isolated Python that uses UTF-8 on every system."""
    return [str(python), "-E", "-s", "-X", "utf8"]


def _is_allowed(name: str) -> bool:
    return name in ALLOWED or name.startswith(ALLOWED_PREFIXES)
