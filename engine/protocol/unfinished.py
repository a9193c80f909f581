# SPDX-License-Identifier: GPL-2.0-or-later
"""Hidden folder with the finished blocks of a labeling, from which the same job goes on.

It lies in the output folder of the job. It is there while the job runs, and stays if the process is
killed, the computer is switched off, or the job fails.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".orthoscribe-unfinished"
# Files in it.
UNFINISHED_BLOCKS, UNFINISHED_JOB, UNFINISHED_LOCK = "blocks", "job.json", "lock"


def unfinished_folder(output: str) -> Path:
    """Return the hidden folder in the output folder of a job; it may not exist."""
    return Path(output) / UNFINISHED


def is_unfinished(output: str) -> bool:
    """Return whether the labeling into this folder was begun and has not ended."""
    try:
        return (unfinished_folder(output) / UNFINISHED_BLOCKS).stat().st_size > 0
    except (OSError, ValueError):
        return False


def remove_unfinished(output: str) -> None:
    """Remove the finished blocks, since the labeling has ended or is discarded.

    Their file is emptied first, because a folder cannot always be removed, as on Windows while
    another program reads it.
    """
    folder = unfinished_folder(output)
    with suppress(OSError, ValueError):
        os.truncate(folder / UNFINISHED_BLOCKS, 0)
    shutil.rmtree(folder, ignore_errors=True)
