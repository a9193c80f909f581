# SPDX-License-Identifier: GPL-2.0-or-later
"""Doing tasks: the work on one part, in any process that shares the folder of the run.

This module imports only the standard library, because a worker prepares its process before torch
and rasterio are imported. A worker keeps the scene open between parts, and works on one part at a
time, whatever number of threads its scheduler gives it.
"""

from __future__ import annotations

import platform
import time
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from .task import Task, TaskResult

if TYPE_CHECKING:
    from .worker import OpenedRun

_at_work = Lock()
_opened: dict[tuple[str, str], OpenedRun] = {}  # at most one


def do_task(kind: str, number: int, record: str, digest: str, slot: int = 0) -> TaskResult:
    """Do the work on one part, unless it is done already, and return the result.

    Errors with a message for the user are results; only others are raised, and tried again.

    Args:
        kind: `ground`, `label` or `outline`.
        number: number of the part.
        record: path of the record of the run.
        digest: hash of the record.
        slot: number of the worker on this computer, which selects its graphics card.
    """
    from ..process.environment import drop_foreign_settings  # noqa: PLC0415 (see the module)
    from ..process.gdal_options import set_gdal_options  # noqa: PLC0415
    from ..protocol import OrthoscribeError  # noqa: PLC0415

    drop_foreign_settings()
    set_gdal_options()
    task = Task(kind, number, record, digest)
    start_s = time.monotonic()
    with _at_work:
        try:
            run = _run_of(task, slot)
            run.do(task)
        except OrthoscribeError as error:
            close_opened()
            return TaskResult(number, str(error), computer=platform.node())
        except BaseException:
            close_opened()
            raise
    seconds = time.monotonic() - start_s
    return TaskResult(number, "", seconds, run.peak_memory_mb(), platform.node())


def close_opened() -> None:
    """Close the scene that is kept open between parts."""
    for run in _opened.values():
        run.close()
    _opened.clear()


def _run_of(task: Task, slot: int) -> OpenedRun:
    from .worker import OpenedRun  # noqa: PLC0415 (imports torch and rasterio)

    key = (task.record, task.digest)
    if key not in _opened:
        close_opened()
        _opened[key] = OpenedRun(Path(task.record), task.digest, slot)
    return _opened[key]
