# SPDX-License-Identifier: GPL-2.0-or-later
"""A report on plugin, engine and machine for the issue tracker, without personal data."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING, Iterator, List

from qgis.core import Qgis
from qgis.PyQt.QtCore import QT_VERSION_STR

from .engine_client.environment import engine_home, usable_runtime
from .engine_client.gpu import find_gpus
from .engine_client.scrubbing import without_personal_data
from .metadata import read_metadata

if TYPE_CHECKING:
    from pathlib import Path

LOG_LINES = 60


def diagnostics() -> str:
    """Return the report. Passwords, the user's name and home folder are left out."""
    home = engine_home()
    lines = [*_versions(), *_engine(home)]
    for log in _newest_logs(home / "logs"):
        lines += ["", f"{log.name}:", *_last_lines(log)]
    return without_personal_data("\n".join(lines))


def _versions() -> Iterator[str]:
    yield f"Orthoscribe {read_metadata().version}"
    yield f"QGIS {Qgis.QGIS_VERSION}, Qt {QT_VERSION_STR}, Python {platform.python_version()}"
    yield f"{platform.platform()}, {platform.machine()}, {sys.platform}"


def _engine(home: Path) -> Iterator[str]:
    runtime = usable_runtime(home)
    yield f"Engine in {home}"
    if runtime is None:
        yield "No engine is installed."
    else:
        yield f"Variant {runtime.variant}, device {runtime.device}, {runtime.size_mb} MB"
        yield f"Python {runtime.base}, packages {runtime.lock}"
    for gpu in find_gpus():
        capability, driver = (".".join(map(str, each)) for each in (gpu.capability, gpu.driver))
        yield f"{gpu.name}, compute capability {capability}, driver {driver}"


def _newest_logs(folder: Path) -> List[Path]:
    installations = sorted(folder.glob("install-*.log"))[-1:]
    return [log for log in (*installations, folder / "plugin.log") if log.is_file()]


def _last_lines(path: Path) -> List[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return [f"cannot be read ({error.strerror})"]
    return text.splitlines()[-LOG_LINES:]
