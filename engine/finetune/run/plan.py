# SPDX-License-Identifier: GPL-2.0-or-later
"""Plan of a fine-tuning: folds and steps that fit into the time limit.

The recipe gives the steps for a number of polygons, so the same job has the same steps on every
computer that is fast enough. A fold takes as many as the last training, so that it shows what that
one gains. On a slower computer they are cut, by the pace before each training, and the job that is
saved beside the model has the cut steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from ...process.duration import duration_text

if TYPE_CHECKING:
    from ...protocol import FinetuneJob
    from ...protocol.catalog.recipes import FinetuneRecipe

MINUTES = {"preview": 1.0, "standard": 8.0, "thorough": 20.0}
LEAST_FOLD_SHARE = 1 / 3  # of the steps of the last training, which are cut before a fold has less
LEAST_STEPS = 24  # of the last training; with fewer, folds are left out first
LEAST_FOLDS = 2
LOOKS = 4  # scorings of a fold during its training, about
SLACK = 1.1  # steps take a little longer later on, as when the computer is used for other things
START_S = 6.0  # until the job is read, which counts for the user


class Costs(NamedTuple):
    """Measured durations in seconds.

    Args:
        step_s: a step of training.
        look_s: the labels of all polygons by one network.
        rest_s: everything after the last training.
    """

    step_s: float
    look_s: float
    rest_s: float


@dataclass(frozen=True)
class Plan:
    """Plan of a fine-tuning.

    Args:
        folds: number of folds; 0: no proof.
        fold_steps: steps of the training of a fold.
        steps: steps of the last training.
        is_cut: whether folds or steps are fewer than wanted, because of the time limit.
    """

    folds: int
    fold_steps: int
    steps: int
    is_cut: bool = False

    @property
    def all_steps(self) -> int:
        """Steps of all trainings."""
        return self.folds * self.fold_steps + self.steps

    def seconds(self, costs: Costs, alphas: int) -> float:
        """Return the expected duration from the first step on.

        Args:
            costs: measured durations.
            alphas: number of networks between base and tuned that each fold is scored with.
        """
        looks_s = costs.look_s * (alphas + LOOKS) if self.folds else 0.0
        return SLACK * (costs.step_s * self.all_steps + looks_s) + costs.rest_s

    def sentence(self, seconds: float) -> str:
        """Return the announcement of the plan.

        >>> Plan(5, 40, 120).sentence(350)
        'Fine-tuning takes about 6 minutes: 5 folds of 40 steps, then 120 steps.'
        """
        each = _steps(self.fold_steps)
        folds = f"{self.folds} folds of {each}, then " if self.folds else ""
        return f"Fine-tuning takes about {duration_text(seconds)}: {folds}{_steps(self.steps)}."


def _steps(count: int) -> str:
    """Return a number of steps in words."""
    return "1 step" if count == 1 else f"{count} steps"


def cut_sentence(plan: Plan, wanted: Plan) -> str:
    """Return a sentence about a plan that was cut to fit into its time.

    >>> cut_sentence(Plan(3, 20, 60, is_cut=True), Plan(5, 40, 120))
    'This computer is too slow for a whole training in this time, so only 50 % of it is done: \
allow more minutes for a better model.'
    """
    share = plan.steps / max(1, wanted.steps)
    return (
        f"This computer is too slow for a whole training in this time, so only {100 * share:.0f} % "
        "of it is done: allow more minutes for a better model."
    )


def limit_s(job: FinetuneJob) -> float:
    """Return the time limit of a job in seconds."""
    return 60 * (job.minutes or MINUTES[job.budget]) - START_S


def wanted_plan(job: FinetuneJob, recipe: FinetuneRecipe, polygons: int, folds: int) -> Plan:
    """Return the plan without a time limit.

    Args:
        job: job of the run.
        recipe: recipe of its budget.
        polygons: number of polygons.
        folds: number of folds that the polygons were dealt to; 1: they cannot be divided.
    """
    steps = job.steps or recipe.steps_for(polygons)
    folds = 0 if job.budget == "preview" or folds < LEAST_FOLDS else folds
    return Plan(folds, job.fold_steps or steps, steps)


def fitting_plan(wanted: Plan, costs: Costs, alphas: int, left_s: float) -> Plan:
    """Return the plan that fits into the time that is left.

    The steps of folds are cut first, down to a third of those of the last training. Then all steps
    are cut, but not below half; then folds are left out, because three of them prove nearly as much
    as five. If that does not suffice, steps are cut down to `LEAST_STEPS`, and at last all folds
    are left out.

    Args:
        wanted: plan without a time limit.
        costs: measured durations.
        alphas: see `Plan.seconds`.
        left_s: time until the limit in seconds.
    """
    if wanted.seconds(costs, alphas) <= left_s:
        return wanted
    least_fold_steps = min(wanted.fold_steps, ceil(wanted.steps * LEAST_FOLD_SHARE))
    if wanted.folds:
        rest_s = left_s - replace(wanted, fold_steps=0).seconds(costs, alphas)
        fold_steps = int(rest_s / (SLACK * costs.step_s * wanted.folds))
        if fold_steps >= least_fold_steps:
            return replace(wanted, fold_steps=fold_steps, is_cut=True)
    wanted = replace(wanted, fold_steps=least_fold_steps)
    fewer = _fewer(wanted.folds)
    tries = [(ceil(wanted.steps / 2), folds) for folds in fewer if folds]
    for least, folds in (*tries, *((LEAST_STEPS, folds) for folds in fewer)):
        fixed_s = Plan(folds, 0, 0).seconds(costs, alphas)
        share = (wanted.fold_steps * folds) / wanted.steps  # fold steps for each last step
        steps = int((left_s - fixed_s) / (SLACK * costs.step_s * (1 + share)))
        steps = min(wanted.steps, steps)
        if steps >= min(least, wanted.steps) or not folds:
            steps = max(1, steps)
            fold_steps = max(1, steps * wanted.fold_steps // wanted.steps)
            return Plan(folds, fold_steps, steps, is_cut=True)
    return wanted


def replanned(wanted: Plan, costs: Costs, alphas: int, left_s: float, fold: int) -> Plan:
    """Return the plan at the present pace, which may have become slower or faster.

    Args:
        wanted: plan without a time limit.
        costs: durations as measured by now.
        alphas: see `Plan.seconds`.
        left_s: time until the limit in seconds.
        fold: number of folds that are done.
    """
    rest = replace(wanted, folds=wanted.folds - fold)
    fitting = fitting_plan(rest, costs, alphas, left_s)
    return replace(fitting, folds=fold + fitting.folds)


def _fewer(folds: int) -> tuple[int, ...]:
    """Return numbers of folds to try, descending."""
    return tuple(each for each in (folds, 3, LEAST_FOLDS, 0) if each <= folds)
