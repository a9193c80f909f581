# SPDX-License-Identifier: GPL-2.0-or-later
"""A label job as a command line: what the dock would run, for a script or a colleague."""

from __future__ import annotations

import datetime as dt
import shlex
import subprocess  # nosec B404 (only its quoting rules are used)
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, List

from .presenter import LabelPresenter
from .run_folder import free_folder, run_name

if TYPE_CHECKING:
    from ..protocol import Extent, LabelJob
    from .state import DockState


def command_of(job: LabelJob, crs: str = "", platform: str = sys.platform) -> str:
    """Return the `qgis_process` command that runs `job`; defaults are left out.

    Args:
        job: the job.
        crs: CRS of its extent, as an authority's code.
        platform: as `sys.platform` says; it decides how words are quoted.
    """
    words = ["qgis_process", "run", "orthoscribe:label", *_arguments(job, crs)]
    return subprocess.list2cmdline(words) if platform == "win32" else shlex.join(words)


def job_to_copy(state: DockState, chosen: str) -> LabelJob:
    """Return the job with a new folder in the chosen one, else in where the command is started.

    Args:
        state: what the dock shows.
        chosen: output folder; empty where results are temporary.
    """
    name = run_name(state.model, dt.datetime.now().astimezone())
    folder = free_folder(Path(chosen), name) if chosen else Path(name)
    return LabelPresenter(replace(state, output=str(folder))).job()


def _arguments(job: LabelJob, crs: str) -> List[str]:
    # A named folder already means its classes.tif.
    classes = str(Path(job.output) / "classes.tif")
    shown = replace(job, classes="") if job.classes == classes else job
    changed = ((each.name, getattr(shown, each.name), each.default) for each in fields(job))
    return [
        f"--{name.upper()}={_spelled(name, value, crs)}"
        for name, value, default in changed
        if value != default
    ]


def _spelled(name: str, value: Any, crs: str) -> str:
    if name == "extent":
        return _extent(value, crs)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _extent(extent: Extent, crs: str) -> str:
    """Return an extent in the order of Processing, which is not ours."""
    xmin, ymin, xmax, ymax = extent
    corners = f"{xmin},{xmax},{ymin},{ymax}"
    return f"{corners} [{crs}]" if crs else corners
