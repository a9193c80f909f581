# SPDX-License-Identifier: GPL-2.0-or-later
"""Check of the output folder of a training, which holds its checkpoint and then its model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import CARD_NAME, JobError
from .earlier_results import State, Written
from .leftovers import others_at_work_in

if TYPE_CHECKING:
    from pathlib import Path

    from ..process.reporter import Reporter


def check_model_folder(folder: Path, reporter: Reporter) -> None:
    """Refuse an output folder in use by another run; warn about an existing model.

    Raises:
        JobError: if another run uses the folder, because both would share a checkpoint.
    """
    others = others_at_work_in(folder)
    if others:
        raise JobError(
            f"Process {others[0]} is at work in the folder {folder}: wait until it is done, cancel "
            "it, or choose another output folder."
        )
    state = Written([folder]).state_of(folder / CARD_NAME)
    if state is State.OURS:
        reporter.warn(
            f"The folder {folder} holds a finished model, which is replaced when this training is "
            "done: cancel, and choose another output folder, to keep it."
        )
    elif state is not State.FREE:
        reporter.warn(
            f"The folder {folder} holds a {CARD_NAME} that was changed or not written here, so the "
            "new model will get other file names: cancel, and choose another output folder, to "
            "have it under its usual ones."
        )
