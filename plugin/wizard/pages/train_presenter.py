# SPDX-License-Identifier: GPL-2.0-or-later
"""Decisions of the page *Train*: which job it starts, and under which name; without widgets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional, Tuple

from ...i18n import tr
from ...models import title_of
from ...protocol import JobError, free_name, own_models_folder
from ..budgets import TRAINING_TIMES, TrainingTime, training_time

if TYPE_CHECKING:
    from ...protocol import FinetuneJob
    from ..draft import FinetuneDraft

LONGEST_BASE = 50


class TrainPresenter:
    """Decisions about the training of a draft.

    Args:
        draft: draft as it is now.
    """

    def __init__(self, draft: FinetuneDraft) -> None:
        self._draft = draft

    @property
    def time(self) -> TrainingTime:
        """The chosen duration."""
        return training_time(self._draft.budget, self._draft.minutes)

    @property
    def name(self) -> str:
        """Name of the new model: the given one, else one made from that of the model before."""
        if self._draft.name:
            return self._draft.name
        base = Path(self._draft.start).name[:LONGEST_BASE]
        return free_name(tr("{base} improved").format(base=base)) or free_name("improved")

    def job(self) -> FinetuneJob:
        """Return the job, with the folder of the model in the library.

        Raises:
            JobError: if something is missing or the name is invalid or taken.
        """
        time = self.time
        job = self._draft.to_job(
            time.budget, minutes=time.minutes, name=self.name, output="", title=self.name
        )
        problems = job.problems()
        if problems:
            raise JobError(problems[0])
        if (own_models_folder() / self.name).exists():
            raise JobError(
                tr(
                    "There is already a folder '{name}' in the library: give the new model "
                    "another name."
                ).format(name=self.name)
            )
        return job.placed()

    def base_text(self) -> str:
        """Return which model is improved."""
        return tr("Improves the model '{title}', which stays as it is.").format(
            title=title_of(self._draft.start)
        )


def time_titles() -> Tuple[Tuple[str, str, str], ...]:
    """Return name, title with minutes, and text of each duration."""
    return tuple(
        (
            each.name,
            tr("{title}, at most {minutes:.0f} minutes").format(
                title=tr(each.title), minutes=each.minutes
            ),
            tr(each.text),
        )
        for each in TRAINING_TIMES
    )


def time_named(name: str) -> Optional[TrainingTime]:
    """Return the duration of a name; None if there is none."""
    return next((each for each in TRAINING_TIMES if each.name == name), None)
