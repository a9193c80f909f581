# SPDX-License-Identifier: GPL-2.0-or-later
"""Records of running jobs on disk, so that one can be resumed after QGIS was killed.

Each running training and labeling has a file with its job in a folder of the engine's home. The
owner holds a lock on it, so a record without an owner is that of a job that was interrupted.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Dict, Generic, List, Mapping, Optional, Type, TypeVar

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

Kind = TypeVar("Kind", FinetuneJob, LabelJob)

SUFFIX = ".lock"
JOB, CHOICES, DRIVE = "job", "choices", "drive"
FOLDERS = {LabelJob: "labelings", FinetuneJob: "trainings"}


@dataclass(frozen=True)
class InterruptedJob(Generic[Kind]):
    """A job that was interrupted.

    Args:
        job: job to run again.
        record: path of its record.
        choices: further choices of the user for the run, by name.
    """

    job: Kind
    record: Path
    choices: Mapping[str, bool] = field(default_factory=dict)


class JobRecord(Generic[Kind]):
    """Record of a job that is running in this QGIS; `end` or `close` ends it.

    Args:
        job: the job.
        choices: further choices of the user for the run, by name.
    """

    def __init__(self, job: Kind, choices: Optional[Mapping[str, bool]] = None) -> None:
        self._lock: Optional[FileLock] = None
        self._drive = ""
        try:
            self._drive = str(_mount_point(Path(job.output)))
            place = engine_home() / FOLDERS[type(job)]
            place.mkdir(parents=True, exist_ok=True)
            lock = FileLock(place / f"{uuid.uuid4().hex[:12]}{SUFFIX}")
            lock.acquire()
            written = {JOB: job_to_json(job), CHOICES: dict(choices or {}), DRIVE: self._drive}
            lock.write_record(written)
            self._lock = lock
        except OSError as error:  # then the job cannot be resumed after a crash
            LOGGER.warning("A job has no record: %s", error)

    def close(self) -> None:
        """Leave the record, since the job can be resumed."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    def end(self, *, can_go_on: bool) -> None:
        """End the record: leave it if the job can be resumed, or else remove it.

        It also stays if the drive was disconnected, since what is done is there.
        """
        path = self._lock.path if self._lock is not None else None
        self.close()
        if path is not None and not can_go_on and os.path.ismount(self._drive):
            remove_record(path)


def interrupted_jobs(
    kind: Type[Kind], can_go_on: Callable[[Kind], bool]
) -> List[InterruptedJob[Kind]]:
    """Return the jobs that were interrupted.

    Records of others are removed. That of a job whose drive is not connected stays: the folder
    where the drive was mounted may exist without it, and is empty then.

    Args:
        kind: class of the jobs.
        can_go_on: function that returns whether a job can be resumed.
    """
    found = []
    for path in sorted((engine_home() / FOLDERS[kind]).glob(f"*{SUFFIX}")):
        with contextlib.suppress(OSError), FileLock(path) as lock:
            if not lock.acquire() or not _is_connected(lock):
                continue
            one = _read(lock, kind)
            if one is not None and can_go_on(one.job):
                found.append(one)
            elif one is None or _is_reachable(Path(one.job.output).parent):
                remove_record(path)
    return found


def remove_record(path: Path) -> None:
    """Remove the record of an interrupted job, since it is resumed or discarded."""
    with contextlib.suppress(OSError):
        path.unlink()


def _read(lock: FileLock, kind: Type[Kind]) -> Optional[InterruptedJob[Kind]]:
    """Return what a record says, or None if it is damaged or of another kind."""
    values = lock.record()
    try:
        job = job_from_json(str(values.get(JOB, "")))
    except (OrthoscribeError, ValueError):
        return None
    if not isinstance(job, kind):
        return None
    given = values.get(CHOICES)
    choices: Dict[str, bool] = {}
    if isinstance(given, dict):
        choices = {str(name): value for name, value in given.items() if isinstance(value, bool)}
    return InterruptedJob(job, lock.path, choices)


def _mount_point(folder: Path) -> Path:
    """Return the folder where the drive of a folder is mounted; the folder may not exist yet."""
    place = Path(os.path.realpath(folder))
    while not os.path.ismount(place) and place != place.parent:
        place = place.parent
    return place


def _is_connected(lock: FileLock) -> bool:
    """Return whether the drive in a record is mounted; records of old versions have none."""
    drive = lock.record().get(DRIVE)
    return not isinstance(drive, str) or os.path.ismount(drive)


def _is_reachable(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except (OSError, ValueError):
        return False
