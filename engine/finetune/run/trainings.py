# SPDX-License-Identifier: GPL-2.0-or-later
"""Trainings of a run: one for each fold, on all other polygons, then the last one on all polygons.

No fold network sees a polygon of its fold or of a group that has one in it, so the counts of a fold
are those of unseen places. Alpha is chosen by them, before the last training.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...training.saved_state import size_of
from ..proof.alpha import AlphaChoice, choose_alpha
from ..proof.polygon_scores import f1_of_polygons
from ..tuning import blended
from .plan import LEAST_STEPS
from .progress import OUT_OF_TIME, STOPPED, FoldRecord, counts_as_list
from .task import LAST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor, nn

    from ..tuning import Tuning
    from .checkpoint import FinetuneCheckpoint
    from .progress import FinetuneProgress
    from .task import FinetuneTask
    from .watch import Watch

CURVE_POINTS = 4  # scorings during the training of a fold
LEAST_SHARE = 0.5  # of its steps, from which a training that was ended early is kept


class Trainings:
    """All trainings of a run, new or resumed.

    Args:
        task: task of the run.
        progress: progress so far; kept up to date.
        watch: watch over the trainings.
        file: checkpoint file.
        checkpoint_s: interval between checkpoints in seconds.
        tensors: state of the current training to resume from; empty for a new one.
    """

    def __init__(
        self,
        task: FinetuneTask,
        progress: FinetuneProgress,
        watch: Watch,
        file: FinetuneCheckpoint,
        checkpoint_s: float,
        tensors: Mapping[str, Tensor],
    ) -> None:
        self._task, self._progress, self._watch, self._file = task, progress, watch, file
        self._checkpoint_s, self._tensors = checkpoint_s, tensors
        self._latest: nn.Module | None = None
        self.kept_steps = 0  # of the training whose network is kept
        self._saved_s = self._told_s = time.monotonic()

    def train(self) -> nn.Module | None:
        """Run the remaining trainings and return the tuned network, None if nothing is gained.

        Raises:
            EngineError: if the loss becomes NaN or infinite.
            JobCanceled: if the job was canceled; a checkpoint is saved.
        """
        progress = self._progress
        while progress.fold < progress.plan.folds and not progress.ended:
            if not self._tensors:
                self._watch.replan()
            if progress.fold < progress.plan.folds:
                self._train_fold(progress.fold)
        if self.choice().alpha == 0:
            self.kept_steps = 0
            return None
        if not progress.ended:
            self._train_last()
        return self._latest

    def base_score(self) -> float:
        """Return the mean F1 of the network to start from, on all polygons."""
        before = self._progress.counts_before()
        return self._mean_f1(before, np.arange(len(before)))

    def choice(self, largest: float = 1.0) -> AlphaChoice:
        """Return the alpha chosen out of fold, and the counts of the polygons of finished folds.

        Args:
            largest: largest alpha to choose.
        """
        recipe, folds = self._task.recipe, self._progress.finished_folds
        if not folds:
            width = len(self._task.card.legend)
            return AlphaChoice(min(largest, recipe.default_alpha), np.zeros((0, width), np.int64))
        at = self.scored()
        before = self._progress.counts_before()[at]
        after = np.concatenate([np.array(fold.by_alpha, np.int64) for fold in folds], axis=1)
        return choose_alpha(
            (0.0, *self._task.alphas),
            np.concatenate([before[None], after]),
            self._task.classes[at],
            self._task.folds[at],
            recipe.default_alpha,
            largest,
        )

    def score_of(self, choice: AlphaChoice) -> float:
        """Return the mean F1 of a choice, out of fold; NaN without finished folds."""
        at = self.scored()
        return self._mean_f1(choice.counts, at) if len(at) else float("nan")

    def scored(self) -> np.ndarray:
        """Return the indices of the polygons of finished folds, in the order of `choice`."""
        folds = self._progress.finished_folds
        return np.array([index for fold in folds for index in fold.polygons], int)

    def curve(self) -> list[tuple[int, float]]:
        """Return pairs of a step and the mean F1 of all finished folds at it."""
        folds = self._progress.finished_folds
        steps = sorted({step for fold in folds for step, _ in fold.by_step})
        points = []
        for step in steps:
            known = [(fold, dict(fold.by_step)) for fold in folds]
            if all(step in by_step for _, by_step in known):
                counts = np.concatenate([np.array(by_step[step]) for _, by_step in known])
                points.append((step, self._mean_f1(counts, self.scored())))
        return points

    def _train_fold(self, number: int) -> None:
        """Train on all other polygons, and score the polygons of the fold."""
        task, progress = self._task, self._progress
        mine = np.flatnonzero(task.folds == number).tolist()
        others = np.flatnonzero(task.folds != number).tolist()
        if len(progress.folds) <= number:
            progress.folds.append(FoldRecord(mine))
        record, steps = progress.folds[number], progress.plan.fold_steps
        tuning = self._resumed(task.tuning(others, steps, number + 1))
        every = max(1, steps // CURVE_POINTS)

        def score(done: int) -> None:
            if done % every == 0 and done < steps:
                self._record(record, done, task.counts(tuning.network, mine))

        title = f"Training and checking, part {number + 1} of {progress.plan.folds}"
        ended = self._run(tuning, title, score, min(LEAST_STEPS, progress.plan.steps))
        self._keep(tuning, steps)
        if ended == STOPPED:
            progress.ended = STOPPED
        if ended:  # without time for all folds, those that are done are the proof
            progress.plan = replace(progress.plan, folds=number, is_cut=True)
            progress.step = 0
            return
        record.by_alpha = [
            counts_as_list(task.counts(blended(task.base, tuning.network, alpha), mine))
            for alpha in task.alphas
        ]
        self._record(record, steps, np.array(record.by_alpha[-1]))
        progress.fold, progress.step = number + 1, 0
        self._save({})

    def _train_last(self) -> None:
        """Train on all polygons."""
        task, progress = self._task, self._progress
        if not self._tensors:
            self._watch.replan(is_last=True)
            progress.done = progress.plan.folds * progress.plan.fold_steps
        progress.fold = progress.plan.folds
        steps = progress.plan.steps
        tuning = self._resumed(task.tuning(range(len(task.polygons)), steps, LAST))
        progress.ended = self._run(tuning, "Training on all polygons", lambda _done: None, 0)
        self._keep(tuning, steps)
        self._save(tuning.tensors())

    def _resumed(self, tuning: Tuning) -> Tuning:
        """Return a training in the state of the checkpoint, if it was interrupted in it."""
        if self._tensors and self._progress.step:
            tuning.resume(self._tensors, self._progress.step)
        self._tensors = {}
        return tuning

    def _keep(self, tuning: Tuning, steps: int) -> None:
        """Keep the network of a training, unless an earlier one has learned more."""
        if self._latest is None or tuning.done >= steps * LEAST_SHARE:
            self._latest, self.kept_steps = tuning.network, tuning.done

    def _run(
        self, tuning: Tuning, title: str, on_step: Callable[[int], None], steps_after: int
    ) -> str:
        """Take the remaining steps, unless the run ends early; return why it did, or nothing."""
        begun_s, ended = time.monotonic(), ""

        def goes_on() -> bool:
            nonlocal ended
            if self._watch.is_canceled:
                self._save(tuning.tensors())
            self._watch.raise_if_canceled()
            if not tuning.done and self._latest is None and not steps_after:
                return True  # otherwise there would be nothing to keep
            if self._watch.is_stopped():
                ended = STOPPED
            elif self._watch.is_out_of_time(steps_after):
                ended = OUT_OF_TIME
            return not ended

        for step in tuning.steps(goes_on):
            self._progress.step = step.done
            self._progress.done += 1
            self._watch.step(time.monotonic() - begun_s, title)
            on_step(step.done)
            if time.monotonic() - self._saved_s >= self._checkpoint_s:
                self._save(tuning.tensors())
            begun_s = time.monotonic()
        return ended

    def _record(self, record: FoldRecord, done: int, counts: np.ndarray) -> None:
        """Keep counts of a fold and report the score of all polygons so far.

        Polygons of folds to come count as before.
        """
        record.by_step.append((done, counts_as_list(counts)))
        known = self._progress.counts_before()
        for fold in self._progress.folds:
            if fold.by_step:
                known[fold.polygons] = np.array(fold.by_step[-1][1])
        self._watch.score("validation_score", self._mean_f1(known, np.arange(len(known))))

    def _mean_f1(self, counts: np.ndarray, at: np.ndarray) -> float:
        return float(np.nanmean(f1_of_polygons(counts, self._task.classes[at])))

    def _save(self, tensors: Mapping[str, Tensor]) -> None:
        self._note_time()
        self._watch.with_room(lambda: self._file.save(self._progress, tensors), size_of(tensors))
        self._saved_s = time.monotonic()

    def _note_time(self) -> None:
        now_s = time.monotonic()
        self._progress.training_s += now_s - self._told_s
        self._progress.seconds = self._watch.spent_s
        self._told_s = now_s
