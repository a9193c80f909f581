# SPDX-License-Identifier: GPL-2.0-or-later
"""Trainings that were interrupted, as by the end of QGIS, and can be resumed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import List, NamedTuple

from ..job_records import JobRecord, interrupted_jobs
from ..protocol import CARD_NAME, FinetuneJob, own_models_folder

FOLDER = "trainings"


class Unfinished(NamedTuple):
    """A training that was interrupted.

    Args:
        job: job to run again.
        record: path of its record.
    """

    job: FinetuneJob
    record: Path


class TrainingRecord(JobRecord):
    """Record of a training that is running in this QGIS.

    Args:
        job: job of the training.
    """

    def __init__(self, job: FinetuneJob) -> None:
        super().__init__(FOLDER, job)


def unfinished_trainings() -> List[Unfinished]:
    """Return the trainings that were interrupted; records that lead nowhere are removed."""
    return [Unfinished(*each) for each in interrupted_jobs(FOLDER, FinetuneJob, _has_no_model)]


def remove_unfinished_model(folder: Path) -> None:
    """Remove the folder of a training without a model; a folder outside the library stays."""
    is_ours = own_models_folder() in folder.parents
    if is_ours and folder.is_dir() and not (folder / CARD_NAME).exists():
        shutil.rmtree(folder, ignore_errors=True)


def _has_no_model(job: FinetuneJob) -> bool:
    return not (Path(job.output) / CARD_NAME).exists()
