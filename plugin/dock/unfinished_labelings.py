# SPDX-License-Identifier: GPL-2.0-or-later
"""Labelings that were interrupted, as by a crash or the end of QGIS, and can be resumed."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, List

from ..i18n import tr
from ..job_records import interrupted_jobs, remove_record
from ..layers.run_folder import release_folder
from ..protocol import FileLock, LabelJob, RasterPath, is_unfinished, remove_unfinished

if TYPE_CHECKING:
    from ..job_records import InterruptedJob

    InterruptedLabeling = InterruptedJob[LabelJob]

KEEP_EDITED, SHOW_CONFIDENCE = "keep_edited", "show_confidence"  # choices in a record


def unfinished_labelings() -> List[InterruptedLabeling]:
    """Return the labelings that were interrupted; records that lead nowhere are removed."""
    return interrupted_jobs(LabelJob, _can_go_on)


def offer_of(unfinished: InterruptedLabeling) -> str:
    """Return the sentence that offers to resume or discard a labeling."""
    text = tr(
        "The labeling of {image} was interrupted. Resume it to go on with what is done, or "
        "discard that."
    )
    return text.format(image=Path(RasterPath.parse(unfinished.job.image).file).name)


def is_waiting(unfinished: InterruptedLabeling) -> bool:
    """Return whether no other QGIS has resumed or discarded the labeling meanwhile."""
    if not unfinished.record.exists():
        return False
    with contextlib.suppress(OSError), FileLock(unfinished.record) as lock:
        return lock.acquire() and lock.is_in_place() and is_unfinished(unfinished.job.output)
    return False


def discard(unfinished: InterruptedLabeling) -> None:
    """Remove the record, what the engine has left, and the folder if nothing else is in it."""
    remove_record(unfinished.record)
    remove_unfinished(unfinished.job.output)
    release_folder(Path(unfinished.job.output))


def _can_go_on(job: LabelJob) -> bool:
    if is_unfinished(job.output):
        return True
    release_folder(Path(job.output))  # the engine had not begun to label
    return False
