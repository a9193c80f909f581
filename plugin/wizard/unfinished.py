# SPDX-License-Identifier: GPL-2.0-or-later
"""Records of running trainings on disk, so that one can be resumed after QGIS was killed.

Each running training has a file with its job in the folder `trainings` of the engine's home. The
owner holds a lock on it, so a record without an owner is that of a training that was interrupted.
"""

from __future__ import annotations

import contextlib
import shutil
import uuid
from pathlib import Path
from typing import List, NamedTuple, Optional

from ..engine_client.environment import engine_home
from ..log import LOGGER
from ..protocol import (
    CARD_NAME,
    FileLock,
    FinetuneJob,
    OrthoscribeError,
    job_from_json,
    job_to_json,
    own_models_folder,
)

FOLDER = "trainings"
SUFFIX = ".lock"
JOB = "job"


class Unfinished(NamedTuple):
    """A training that was interrupted.

    Args:
        job: job to run again.
        record: path of its record.
    """

    job: FinetuneJob
    record: Path


class TrainingRecord:
    """Record of a training that is running in this QGIS; `close` or `remove` ends it.

    Args:
        job: job of the training.
    """

    def __init__(self, job: FinetuneJob) -> None:
        self._lock: Optional[FileLock] = None
        try:
            folder = engine_home() / FOLDER
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / f"{uuid.uuid4().hex[:12]}{SUFFIX}")
            lock.acquire()
            lock.write_record({JOB: job_to_json(job)})
            self._lock = lock
        except OSError as error:  # then the training cannot be resumed after a crash
            LOGGER.warning("The training has no record: %s", error)

    def close(self) -> None:
        """Leave the record, since the training can be resumed."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    def remove(self) -> None:
        """Remove the record, since the training has ended."""
        path = self._lock.path if self._lock is not None else None
        self.close()
        if path is not None:
            _remove(path)


def unfinished_trainings() -> List[Unfinished]:
    """Return the trainings that were interrupted; records that lead nowhere are removed."""
    found = []
    for path in sorted((engine_home() / FOLDER).glob(f"*{SUFFIX}")):
        with contextlib.suppress(OSError), FileLock(path) as lock:
            if not lock.acquire():
                continue
            job = _job_in(lock)
            if job is not None and not (Path(job.output) / CARD_NAME).exists():
                found.append(Unfinished(job, path))
                continue
            _remove(path)
    return found


def forget(unfinished: Unfinished) -> None:
    """Remove the record of an interrupted training, since it is resumed or discarded."""
    _remove(unfinished.record)


def remove_unfinished_model(folder: Path) -> None:
    """Remove the folder of a training without a model; a folder outside the library stays."""
    is_ours = own_models_folder() in folder.parents
    if is_ours and folder.is_dir() and not (folder / CARD_NAME).exists():
        shutil.rmtree(folder, ignore_errors=True)


def _job_in(lock: FileLock) -> Optional[FinetuneJob]:
    try:
        job = job_from_json(str(lock.record().get(JOB, "")))
    except (OrthoscribeError, ValueError):
        return None
    return job if isinstance(job, FinetuneJob) else None


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
