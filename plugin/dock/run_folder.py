# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder for each run, so that no run replaces another one's results, or what became of them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol import OutputError

if TYPE_CHECKING:
    import datetime as dt

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
MOST_TRIES = 1000


def run_name(model: str, now: dt.datetime) -> str:
    """Return what the folder of a run is called: date, time and model.

    >>> import datetime as dt
    >>> run_name("/models/my towns", dt.datetime(2026, 11, 29, 1, 6))
    '2026-11-29_0106_my_towns'
    """
    title = _NOT_IN_NAMES.sub("_", Path(model).name).strip("._") or "model"
    return f"{now:%Y-%m-%d_%H%M}_{title}"


def free_folder(parent: Path, name: str) -> Path:
    """Return a folder in `parent` that is not there: `name`, or `name` and a number."""
    folder, number = parent / name, 1
    while folder.exists() or folder.is_symlink():
        number += 1
        folder = parent / f"{name}_{number}"
    return folder


def reserve_folder(parent: Path, name: str) -> Path:
    """Make a new folder in `parent` for one run and return it.

    Raises:
        OutputError: it cannot be made.
    """
    for _ in range(MOST_TRIES):
        folder = free_folder(parent, name)
        try:
            folder.mkdir(parents=True)
        except FileExistsError:  # another QGIS was faster, or a file lies in the way
            if not folder.is_dir():
                break
        except OSError as error:
            raise OutputError(
                f"The folder {folder} cannot be made ({error.strerror}): choose another output "
                "folder."
            ) from error
        else:
            return folder
    raise OutputError(f"No folder can be made in {parent}: choose another output folder.")


def release_folder(folder: Path) -> None:
    """Remove the folder of a run that left no results, with what a killed engine left aside."""
    if folder.is_dir() and all(each.name.startswith(".") for each in folder.iterdir()):
        shutil.rmtree(folder, ignore_errors=True)
