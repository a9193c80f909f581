# SPDX-License-Identifier: GPL-2.0-or-later
"""Conclusion of a run: the new network, its comparison with the base, and the report.

How far to go from the base to the tuned network is chosen out of fold, but not so far that the home
domain loses more than is allowed beyond chance. A loss there that may be chance is avoided if that
costs the polygons less than two points of mean F1, or less than a fifth of the gain.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any, NamedTuple

from ...protocol import CurvePoint, FinetuneReport
from ..proof.alpha import LEAST_GAIN
from ..proof.comparison import compare_out_of_fold
from ..proof.home import HomeChange, home_change, home_scores, largest_alpha
from ..proof.undrawn import forgotten, kept_of, undisputed, undrawn_classes
from ..proof.verdict import Verdict, verdict_of
from ..tuning import blended, disputed_classes
from .plan import cut_sentence
from .progress import OUT_OF_TIME
from .sampled_windows import changed_classes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    from torch import nn

    from ...protocol import ModelCard, UndrawnClass
    from ..proof.alpha import AlphaChoice
    from ..proof.comparison import Proof
    from ..proof.home import HomeScores
    from .preparing import Labels
    from .progress import FinetuneProgress
    from .task import FinetuneTask
    from .trainings import Trainings

GIVEN_UP = 0.2  # part of the gain, for no loss on the home domain
PREVIEW = Verdict("none", "Preview: the new model was not judged, so look at the map.")
STOPPED_BEFORE = (
    "Not judged: the training was stopped before any polygon could be compared, so look at the map."
)
NO_TIME = (
    "Not judged: the time limit left no time to compare the polygons, so look at the map, or allow "
    "more minutes."
)


class Conclusion(NamedTuple):
    """New network and the report on it."""

    network: nn.Module
    report: FinetuneReport


def concluded(
    task: FinetuneTask,
    labels: Labels,
    start: ModelCard,
    trainings: Trainings,
    progress: FinetuneProgress,
    tuned: nn.Module | None,
    *,
    is_preview: bool,
) -> Conclusion:
    """Return the conclusion of a run.

    Args:
        task: task of the run.
        labels: polygons with their groups.
        start: card of the model to start from.
        trainings: trainings that are done.
        progress: progress at the end of the trainings.
        tuned: network after the last training; None if nothing is gained.
        is_preview: whether the run is not judged.

    Raises:
        JobCanceled: if the job was canceled.
    """
    blend = _Blend(task, tuned)
    chosen = trainings.choice()
    if not is_preview and tuned is not None:
        chosen = _limited(chosen, task.alphas, trainings, blend)
    network = blend.network_at(chosen.alpha)
    proof = _proof(task, labels, start, trainings, progress, chosen.counts)
    verdict, home = PREVIEW, None
    undrawn: tuple[UndrawnClass, ...] = ()
    if not is_preview:
        home = blend.change_at(chosen.alpha)
        drawn = {polygon.class_index for polygon in task.polygons}
        counts = changed_classes(task, task.base, network)
        undrawn = undrawn_classes(counts, drawn, task.card.legend, task.parents)
        unproven = _unproven(progress, labels)
        lost = _forgotten(task, undrawn, drawn, kept_of(counts, drawn), home)
        verdict = verdict_of(proof, home, lost, task.card.legend, chosen.alpha, unproven=unproven)
    remarks = (labels.grouping.remark,) if labels.grouping.remark and not is_preview else ()
    report = FinetuneReport(
        verdict=verdict.color,
        sentence=verdict.sentence,
        reasons=(*verdict.reasons, *_early_end(progress, trainings), *remarks),
        **_scores(proof),
        undrawn=undrawn,
        home=home.rows if home else (),
        curve=tuple(CurvePoint(step, round(score, 4)) for step, score in trainings.curve()),
        base=start.title,
        alpha=chosen.alpha,
        folds=len(progress.finished_folds),
        groups=labels.grouping.count,
        steps=trainings.kept_steps,
        training_s=round(progress.training_s, 1),
    )
    return Conclusion(network, report)


class _Blend:
    """Networks between base and tuned, with their scores on the home domain.

    Args:
        task: task of the run.
        tuned: network after the last training; None: the base.
    """

    def __init__(self, task: FinetuneTask, tuned: nn.Module | None) -> None:
        self._task, self._tuned = task, tuned
        self._home: dict[float, HomeScores | None] = {}

    def network_at(self, alpha: float) -> nn.Module:
        """Return the network at an alpha."""
        if self._tuned is None or alpha == 0:
            return self._task.base
        return blended(self._task.base, self._tuned, alpha)

    def change_at(self, alpha: float) -> HomeChange | None:
        """Return the scores on the home domain before and after at an alpha."""
        before = self._scores_at(0.0)
        return None if before is None else home_change(before, self._scores_at(alpha))

    def _scores_at(self, alpha: float) -> HomeScores | None:
        task = self._task
        if self._tuned is None or alpha == 0:
            return task.home_before
        if alpha not in self._home:
            network = self.network_at(alpha)
            self._home[alpha] = home_scores(network, task.card, task.raise_if_canceled)
        return self._home[alpha]


def _limited(
    chosen: AlphaChoice, alphas: Sequence[float], trainings: Trainings, blend: _Blend
) -> AlphaChoice:
    """Return the choice of alpha that the home domain allows."""
    alphas = [alpha for alpha in alphas if alpha <= chosen.alpha]
    allowed, lossless = (
        trainings.choice(largest_alpha(alphas, blend.change_at, is_too_much))
        for is_too_much in (lambda change: change.is_shown_loss, lambda change: change.is_loss)
    )
    best, less, base = (
        trainings.score_of(choice) for choice in (allowed, lossless, trainings.choice(0.0))
    )
    return allowed if best - less >= max(LEAST_GAIN, GIVEN_UP * (best - base)) else lossless


def _forgotten(
    task: FinetuneTask,
    undrawn: Sequence[UndrawnClass],
    drawn: Collection[int],
    kept_of_drawn: float,
    home: HomeChange | None,
) -> tuple[UndrawnClass, ...]:
    """Return the undrawn classes that were probably forgotten."""
    disputed = disputed_classes(task.counts_before, drawn)
    # New classes come last in the legend, and the base has no precision for them.
    precision = (
        {}
        if home is None
        else dict(zip(task.card.legend.codes, home.before.precision, strict=False))
    )
    return forgotten(undisputed(undrawn, disputed, task.card.legend), kept_of_drawn, precision)


def _proof(
    task: FinetuneTask,
    labels: Labels,
    start: ModelCard,
    trainings: Trainings,
    progress: FinetuneProgress,
    after: np.ndarray,
) -> Proof:
    at = trainings.scored()
    return compare_out_of_fold(
        progress.counts_before()[at],
        after,
        [task.polygons[index] for index in at],
        labels.grouping.groups[at],
        task.card.legend,
        old_classes=len(start.legend),
        seed=task.seed,
    )


def _scores(proof: Proof) -> dict[str, Any]:
    """Return the fields of the report about the polygons."""
    return {
        "classes": proof.classes,
        "accuracy_before": _or_none(proof.accuracy_before),
        "accuracy_after": _or_none(proof.accuracy_after),
        "mean_f1_before": _or_none(proof.mean_f1_before),
        "mean_f1_after": _or_none(proof.mean_f1_after),
        "gain_low": None if proof.gain is None else _or_none(proof.gain.low),
        "gain_high": None if proof.gain is None else _or_none(proof.gain.high),
        "better": proof.better,
        "worse": proof.worse,
    }


def _unproven(progress: FinetuneProgress, labels: Labels) -> str:
    """Return why no polygon was compared; empty if they lie in too few places."""
    is_complete = 0 < progress.wanted.folds == len(progress.finished_folds)
    if is_complete or labels.grouping.count < 2:
        return ""
    return NO_TIME if progress.ended in ("", OUT_OF_TIME) else STOPPED_BEFORE


def _early_end(progress: FinetuneProgress, trainings: Trainings) -> tuple[str, ...]:
    """Return a sentence about trainings that were left out or ended early."""
    plan, wanted, sentences = progress.plan, progress.wanted, []
    checked = len(progress.finished_folds)
    if 0 < checked < wanted.folds:
        sentences.append(
            f"Only {checked} of {wanted.folds} parts of the polygons were checked, so the verdict "
            "rests on these."
        )
    if progress.ended:
        why = "The time was up" if progress.ended == OUT_OF_TIME else "You ended the training"
        done = trainings.kept_steps / max(1, plan.steps)
        sentences.append(f"{why} when {100 * done:.0f} % of it was done.")
    if plan.steps < wanted.steps:
        sentences.append(cut_sentence(plan, wanted))
    return tuple(sentences)


def _or_none(value: float) -> float | None:
    return None if isnan(value) else round(value, 4)
