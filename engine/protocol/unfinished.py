# SPDX-License-Identifier: GPL-2.0-or-later
"""Hidden folder with the finished blocks of a labeling, from which the same job goes on.

It lies in the output folder of the job. It is there while the job runs, and stays if the process is
killed, the computer is switched off, or the job fails.
"""

from __future__ import annotations

import shutil
from pathlib import Path

UNFINISHED = ".orthoscribe-unfinished"
BLOCKS, UNFINISHED_JOB, UNFINISHED_LOCK = "blocks", "job.json", "lock"  # files in it


def unfinished_folder(output: str) -> Path:
    """Return the hidden folder in the output folder of a job; it may not exist."""
    return Path(output) / UNFINISHED


def is_unfinished(output: str) -> bool:
    """Return whether the labeling into this folder was begun and has not ended."""
    return (unfinished_folder(output) / BLOCKS).is_file()


def remove_unfinished(output: str) -> None:
    """Remove the finished blocks, since the labeling has ended or is discarded."""
    shutil.rmtree(unfinished_folder(output), ignore_errors=True)
