# SPDX-License-Identifier: GPL-2.0-or-later
"""Trainings that were interrupted, as by the end of QGIS, and can be resumed."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, List

from ..job_records import interrupted_jobs
from ..protocol import CARD_NAME, FinetuneJob, own_models_folder

if TYPE_CHECKING:
    from ..job_records import InterruptedJob

    InterruptedTraining = InterruptedJob[FinetuneJob]


def unfinished_trainings() -> List[InterruptedTraining]:
    """Return the trainings that were interrupted; records that lead nowhere are removed."""
    return interrupted_jobs(FinetuneJob, _has_no_model)


def remove_unfinished_model(folder: Path) -> None:
    """Remove the folder of a training without a model; a folder outside the library stays."""
    is_ours = own_models_folder() in folder.parents
    if is_ours and folder.is_dir() and not (folder / CARD_NAME).exists():
        shutil.rmtree(folder, ignore_errors=True)


def _has_no_model(job: FinetuneJob) -> bool:
    return not (Path(job.output) / CARD_NAME).exists()
