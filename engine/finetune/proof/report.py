# SPDX-License-Identifier: GPL-2.0-or-later
"""Report of a fine-tuning, filled from proof and verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING

from ...protocol.finetune_report import FinetuneReport

if TYPE_CHECKING:
    from ...protocol.finetune_report import ClassGain, CurvePoint, UndrawnClass
    from .comparison import Proof
    from .home import HomeChange
    from .verdict import Verdict

DIGITS = 4
PREVIEW = "A preview is not judged: train with the budget standard for a verdict."


@dataclass(frozen=True)
class Course:
    """Course of a fine-tuning.

    Args:
        base: title of the model to start from.
        alpha: fraction of the way from its weights to the trained ones.
        folds: number of folds.
        steps: number of steps of the last training.
        training_s: duration of all trainings in seconds.
        curve: out-of-fold scores during the training.
    """

    base: str
    alpha: float
    folds: int
    steps: int
    training_s: float
    curve: tuple[CurvePoint, ...] = ()


def report_of(
    verdict: Verdict,
    proof: Proof,
    home: HomeChange | None,
    undrawn: tuple[UndrawnClass, ...],
    course: Course,
    remarks: tuple[str, ...] = (),
) -> FinetuneReport:
    """Return the report of a fine-tuning with a verdict.

    Args:
        verdict: verdict.
        proof: comparison on polygons, out of fold.
        home: scores on generated scenes; None if these say nothing about the model.
        undrawn: classes without polygons.
        course: course of the training.
        remarks: further sentences, such as one about close groups.
    """
    gain = proof.gain
    return replace(
        report_without_verdict(course),
        verdict=verdict.color,
        sentence=verdict.sentence,
        reasons=(*verdict.reasons, *remarks),
        classes=tuple(_rounded_class(one) for one in proof.classes),
        accuracy_before=_rounded(proof.accuracy_before),
        accuracy_after=_rounded(proof.accuracy_after),
        mean_f1_before=_rounded(proof.mean_f1_before),
        mean_f1_after=_rounded(proof.mean_f1_after),
        gain_low=_rounded(gain.low) if gain else None,
        gain_high=_rounded(gain.high) if gain else None,
        better=proof.better,
        worse=proof.worse,
        undrawn=undrawn,
        home=home.rows if home else (),
        groups=proof.groups,
    )


def report_without_verdict(course: Course) -> FinetuneReport:
    """Return the report of a preview."""
    return FinetuneReport(
        verdict="none",
        sentence=PREVIEW,
        base=course.base,
        alpha=course.alpha,
        folds=course.folds,
        steps=course.steps,
        training_s=round(course.training_s, 1),
        curve=course.curve,
    )


def _rounded_class(one: ClassGain) -> ClassGain:
    return replace(
        one,
        f1_before=_rounded(one.f1_before),
        f1_after=_rounded(one.f1_after),
        gain_low=_rounded(one.gain_low),
        gain_high=_rounded(one.gain_high),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None or isnan(value) else round(value, DIGITS)
