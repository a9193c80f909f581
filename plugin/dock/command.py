# SPDX-License-Identifier: GPL-2.0-or-later
"""Label job of the dock as a `qgis_process` command line."""

from __future__ import annotations

import datetime as dt
import shlex
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, List

from ..layers.run_folder import free_folder, run_name
from ..protocol import is_required
from .presenter import LabelPresenter

if TYPE_CHECKING:
    from ..protocol import Extent, LabelJob
    from .state import DockState


def qgis_process_command(job: LabelJob, crs: str = "", platform: str = sys.platform) -> str:
    """Return the `qgis_process` command that runs `job`, without default values.

    Args:
        job: label job.
        crs: CRS of the job's extent, as an authority code.
        platform: platform as in `sys.platform`, which determines the quoting.
    """
    words = ["qgis_process", "run", "orthoscribe:label", *_arguments(job, crs)]
    return subprocess.list2cmdline(words) if platform == "win32" else shlex.join(words)


def command_of(state: DockState, chosen: str) -> str:
    """Return the command of a state; `chosen` is the output folder, empty: none."""
    return qgis_process_command(job_to_copy(state, chosen), state.image.crs if state.image else "")


def job_to_copy(state: DockState, chosen: str) -> LabelJob:
    """Return the job with a new folder in the output folder or in the current directory.

    Args:
        state: state of the dock.
        chosen: output folder; empty for temporary results.
    """
    name = run_name(state.model, dt.datetime.now().astimezone())
    folder = free_folder(Path(chosen), name) if chosen else Path(name)
    return LabelPresenter(replace(state, output=str(folder))).job()


def _arguments(job: LabelJob, crs: str) -> List[str]:
    # The output folder implies its classes.tif.
    classes = str(Path(job.output) / "classes.tif")
    shown = replace(job, classes="") if job.classes == classes else job
    ordered = sorted(fields(job), key=is_required, reverse=True)
    changed = ((each.name, getattr(shown, each.name), each.default) for each in ordered)
    return [
        f"--{name.upper()}={_argument_text(name, value, crs)}"
        for name, value, default in changed
        if value != default
    ]


def _argument_text(name: str, value: Any, crs: str) -> str:
    if name == "extent":
        return _extent(value, crs)
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _extent(extent: Extent, crs: str) -> str:
    """Return an extent in the order of Processing: xmin, xmax, ymin, ymax."""
    xmin, ymin, xmax, ymax = extent
    corners = f"{xmin},{xmax},{ymin},{ymax}"
    return f"{corners} [{crs}]" if crs else corners
