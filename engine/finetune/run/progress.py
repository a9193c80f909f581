# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress of a fine-tuning: its plan, position and scores, saved in the header of the checkpoint.

Counts are lists (polygons, classes) of the pixels of each predicted class in each polygon.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .plan import Costs, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

STOPPED, OUT_OF_TIME = "stopped", "out of time"  # why the trainings ended early

Counts = list[list[int]]


@dataclass
class FoldRecord:
    """A fold that is done, or begun.

    Args:
        polygons: indices of its polygons.
        by_step: counts of its polygons during its training, by number of steps.
        by_alpha: counts of its polygons for each alpha of the recipe but 0; empty if not done.
    """

    polygons: list[int]
    by_step: list[tuple[int, Counts]] = field(default_factory=list)
    by_alpha: list[Counts] = field(default_factory=list)


@dataclass
class FinetuneProgress:
    """Progress of a run.

    Args:
        plan: plan of the run at the present pace.
        wanted: plan without a time limit.
        is_fixed: whether the user gave the steps, so that they are never cut.
        costs: durations that were measured for the plan.
        before: counts of all polygons by the model to start from.
        folds: folds that are done or begun.
        fold: number of the current fold; that of folds in the last training.
        step: number of completed steps of the current training.
        done: number of completed steps of all trainings.
        seconds: duration of the run, including the time before interruptions.
        training_s: duration of the trainings alone.
        ended: why the trainings ended early; empty if they did not.
    """

    plan: Plan
    wanted: Plan
    is_fixed: bool
    costs: Costs
    before: Counts
    folds: list[FoldRecord] = field(default_factory=list)
    fold: int = 0
    step: int = 0
    done: int = 0
    seconds: float = 0.0
    training_s: float = 0.0
    ended: str = ""

    @property
    def finished_folds(self) -> list[FoldRecord]:
        """Folds whose polygons are all scored."""
        return [fold for fold in self.folds if fold.by_alpha]

    def counts_before(self) -> np.ndarray:
        """Return the counts of the model to start from, (polygons, classes) int64."""
        return np.array(self.before, np.int64)

    def to_values(self) -> dict[str, Any]:
        """Return the progress as JSON values."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> FinetuneProgress:
        """Return the progress in JSON values.

        Raises:
            TypeError: if the values are not those of a progress.
        """
        folds = [
            FoldRecord(
                fold["polygons"],
                [(int(step), counts) for step, counts in fold["by_step"]],
                fold["by_alpha"],
            )
            for fold in values["folds"]
        ]
        return cls(
            **{
                **values,
                "plan": Plan(**values["plan"]),
                "wanted": Plan(**values["wanted"]),
                "costs": Costs(*values["costs"]),
                "folds": folds,
            }
        )


def counts_as_list(counts: np.ndarray) -> Counts:
    """Return counts (polygons, classes) as JSON values."""
    listed: Counts = counts.tolist()
    return listed
