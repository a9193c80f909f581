# SPDX-License-Identifier: GPL-2.0-or-later
"""Labelings that were interrupted, as by a crash or the end of QGIS, and can be resumed."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import List, NamedTuple

from ..i18n import tr
from ..job_records import JobRecord, interrupted_jobs, remove_record
from ..layers.run_folder import release_folder
from ..protocol import FileLock, LabelJob, RasterPath, is_unfinished, remove_unfinished

FOLDER = "labelings"


class UnfinishedLabeling(NamedTuple):
    """A labeling that was interrupted.

    Args:
        job: job to run again.
        record: path of its record.
    """

    job: LabelJob
    record: Path

    @property
    def text(self) -> str:
        """Sentence that offers to resume or discard it."""
        text = tr(
            "The labeling of {image} was interrupted. Resume it to go on with what is done, or "
            "discard that."
        )
        return text.format(image=Path(RasterPath.parse(self.job.image).file).name)


class LabelingRecord(JobRecord):
    """Record of a labeling that is running in this QGIS.

    Args:
        job: job of the labeling.
    """

    def __init__(self, job: LabelJob) -> None:
        super().__init__(FOLDER, job)

    def end(self, output: str) -> None:
        """End the record: keep it if the engine has left something to go on from."""
        if is_unfinished(output):
            self.close()
        else:
            self.remove()


def unfinished_labelings() -> List[UnfinishedLabeling]:
    """Return the labelings that were interrupted; records that lead nowhere are removed."""
    return [UnfinishedLabeling(*each) for each in interrupted_jobs(FOLDER, LabelJob, _can_go_on)]


def is_waiting(unfinished: UnfinishedLabeling) -> bool:
    """Return whether no other QGIS has resumed or discarded the labeling meanwhile."""
    if not unfinished.record.exists():
        return False
    with contextlib.suppress(OSError), FileLock(unfinished.record) as lock:
        return lock.acquire() and lock.is_in_place() and is_unfinished(unfinished.job.output)
    return False


def discard(unfinished: UnfinishedLabeling) -> None:
    """Remove the record, what the engine has left, and the folder if nothing else is in it."""
    remove_record(unfinished.record)
    remove_unfinished(unfinished.job.output)
    release_folder(Path(unfinished.job.output))


def _can_go_on(job: LabelJob) -> bool:
    if is_unfinished(job.output):
        return True
    release_folder(Path(job.output))  # the engine had not begun to label
    return False
