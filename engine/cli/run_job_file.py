# SPDX-License-Identifier: GPL-2.0-or-later
"""The verb `run`: run the job of a job.json."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..outputs.paths import with_absolute_paths
from ..protocol import JobError, job_from_json
from ..protocol.codec import LARGEST_JOB
from .foreground import run_in_foreground

if TYPE_CHECKING:
    from argparse import Namespace

    from ..process.channel import Channel


def main(given: Namespace, channel: Channel) -> int:
    """Run the job of a job file; relative paths are resolved against the current folder.

    Raises:
        JobError: if the file cannot be read, or is not a valid job.
    """
    job = job_from_json(_read(Path(given.job_file)))
    return run_in_foreground(with_absolute_paths(job), channel)


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(LARGEST_JOB + 1)
    except OSError as error:
        raise JobError(f"The job file {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise JobError(
            f"The job file {path} is not a text file: choose the job.json of a job."
        ) from error
