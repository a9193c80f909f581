# SPDX-License-Identifier: GPL-2.0-or-later
"""Folder for each run, so that no run replaces the results of another one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol import OutputError, is_unfinished

if TYPE_CHECKING:
    import datetime as dt

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
MAX_ATTEMPTS = 1000


def run_name(model: str, now: dt.datetime) -> str:
    """Return the folder name of a run: date, time and model.

    >>> import datetime as dt
    >>> run_name("/models/my towns", dt.datetime(2026, 11, 29, 1, 6))
    '2026-11-29_0106_my_towns'
    """
    title = _NOT_IN_NAMES.sub("_", Path(model).name).strip("._") or "model"
    return f"{now:%Y-%m-%d_%H%M}_{title}"


def free_folder(parent: Path, name: str) -> Path:
    """Return a folder in `parent` that does not exist: `name`, or `name` with a number."""
    folder, number = parent / name, 1
    while folder.exists() or folder.is_symlink():
        number += 1
        folder = parent / f"{name}_{number}"
    return folder


def reserve_folder(parent: Path, name: str) -> Path:
    """Create a new folder in `parent` for one run and return it.

    Raises:
        OutputError: if the folder cannot be created.
    """
    for _ in range(MAX_ATTEMPTS):
        folder = free_folder(parent, name)
        try:
            folder.mkdir(parents=True)
        except FileExistsError:  # created by another QGIS meanwhile, or a file is in the way
            if not folder.is_dir():
                break
        except OSError as error:
            raise OutputError(
                f"The folder {folder} cannot be created ({error.strerror}). Choose another output "
                "folder."
            ) from error
        else:
            return folder
    raise OutputError(f"No folder can be created in {parent}. Choose another output folder.")


def release_folder(folder: Path) -> None:
    """Remove the folder of a run without results, including hidden files of a killed engine.

    It stays if the run can be resumed.
    """
    if is_unfinished(str(folder)):
        return
    if folder.is_dir() and all(each.name.startswith(".") for each in folder.iterdir()):
        shutil.rmtree(folder, ignore_errors=True)
