# SPDX-License-Identifier: GPL-2.0-or-later
"""Records of running jobs on disk, so that one can be resumed after QGIS was killed.

Each running training and labeling has a file with its job in a folder of the engine's home. The
owner holds a lock on it, so a record without an owner is that of a job that was interrupted.
"""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING, Callable, List, Optional, Tuple, Type, TypeVar

from .engine_client.environment import engine_home
from .log import LOGGER
from .protocol import (
    FileLock,
    FinetuneJob,
    LabelJob,
    OrthoscribeError,
    job_from_json,
    job_to_json,
)

if TYPE_CHECKING:
    from pathlib import Path

    from .protocol import Job

Kind = TypeVar("Kind", FinetuneJob, LabelJob)

SUFFIX = ".lock"
JOB = "job"


class JobRecord:
    """Record of a job that is running in this QGIS; `close` or `remove` ends it.

    Args:
        folder: name of the folder of such records.
        job: the job.
    """

    def __init__(self, folder: str, job: Job) -> None:
        self._lock: Optional[FileLock] = None
        try:
            place = engine_home() / folder
            place.mkdir(parents=True, exist_ok=True)
            lock = FileLock(place / f"{uuid.uuid4().hex[:12]}{SUFFIX}")
            lock.acquire()
            lock.write_record({JOB: job_to_json(job)})
            self._lock = lock
        except OSError as error:  # then the job cannot be resumed after a crash
            LOGGER.warning("A job has no record: %s", error)

    def close(self) -> None:
        """Leave the record, since the job can be resumed."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    def remove(self) -> None:
        """Remove the record, since the job has ended."""
        path = self._lock.path if self._lock is not None else None
        self.close()
        if path is not None:
            remove_record(path)


def interrupted_jobs(
    folder: str, kind: Type[Kind], can_go_on: Callable[[Kind], bool]
) -> List[Tuple[Kind, Path]]:
    """Return the jobs that were interrupted, and their records; records of others are removed.

    Args:
        folder: name of the folder of the records.
        kind: class of the jobs.
        can_go_on: function that returns whether a job can be resumed.
    """
    found = []
    for path in sorted((engine_home() / folder).glob(f"*{SUFFIX}")):
        with contextlib.suppress(OSError), FileLock(path) as lock:
            if not lock.acquire():
                continue
            job = _job_in(lock)
            if isinstance(job, kind) and can_go_on(job):
                found.append((job, path))
                continue
            remove_record(path)
    return found


def remove_record(path: Path) -> None:
    """Remove the record of an interrupted job, since it is resumed or discarded."""
    with contextlib.suppress(OSError):
        path.unlink()


def _job_in(lock: FileLock) -> Optional[Job]:
    try:
        return job_from_json(str(lock.record().get(JOB, "")))
    except (OrthoscribeError, ValueError):
        return None
