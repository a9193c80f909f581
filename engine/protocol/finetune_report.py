# SPDX-License-Identifier: GPL-2.0-or-later
"""Report of a fine-tuning: the verdict and the numbers it rests on.

It is the entry `finetuning` of `report.json`. All scores are fractions, 0..1. Each polygon is
scored by a model that was not trained on it or on its neighbors (out of fold).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

VERDICTS = ("green", "amber", "red", "none")  # none: a preview, which is not judged

Point = Tuple[float, float]  # x, y in the CRS of the scene's image


@dataclass(frozen=True)
class ClassGain:
    """Scores of a class before and after.

    Args:
        code: code in the legend of the new model.
        name: name of the class.
        title: display name of the class.
        polygons: number of its polygons.
        groups: number of groups of neighboring polygons they lie in.
        f1_before: F1 of the model to start from; None if there is none, as for new classes.
        f1_after: F1 out of fold; None if the class is not scored.
        gain_low: lower end of the 90 % interval of the gain; None with too few groups.
        gain_high: upper end of the interval.
    """

    code: int
    name: str
    title: str
    polygons: int
    groups: int
    f1_before: Optional[float] = None
    f1_after: Optional[float] = None
    gain_low: Optional[float] = None
    gain_high: Optional[float] = None


@dataclass(frozen=True)
class PolygonChange:
    """A polygon whose labels changed.

    Args:
        scene: index of its scene in the job.
        fid: feature ID in the layer of labels.
        code: code of its class.
        center: point inside the polygon.
        right_before: fraction of its pixels with the right label before.
        right_after: fraction after, out of fold.
    """

    scene: int
    fid: int
    code: int
    center: Point
    right_before: float
    right_after: float


@dataclass(frozen=True)
class CurvePoint:
    """Out-of-fold score at a step, averaged over the folds."""

    step: int
    score: float


@dataclass(frozen=True)
class UndrawnClass:
    """A class without polygons.

    Args:
        code: code of the class.
        title: display name of the class.
        kept: fraction of the pixels it had before that keep it; None if it had none.
        new: fraction of its pixels now that it did not have before; None if it has none.
    """

    code: int
    title: str
    kept: Optional[float] = None
    new: Optional[float] = None


@dataclass(frozen=True)
class HomeScore:
    """Scores on a generated scene like those that the bundled models were trained on."""

    scene: str
    accuracy_before: float
    accuracy_after: float


@dataclass(frozen=True)
class FinetuneReport:
    """Verdict of a fine-tuning.

    Args:
        verdict: one of `VERDICTS`: green, the new model is better; amber, not shown to be; red,
            something got worse.
        sentence: the verdict in one sentence.
        reasons: further sentences.
        classes: scores of each class with polygons.
        accuracy_before: mean fraction of right pixels of a polygon before, out of fold.
        accuracy_after: mean fraction after.
        mean_f1_before: mean F1 of the classes before.
        mean_f1_after: mean F1 after, out of fold.
        gain_low: lower end of the 90 % interval of the gain in mean F1; None with too few groups.
        gain_high: upper end of the interval.
        better: polygons that got better, largest change first.
        worse: polygons that got worse, largest change first.
        undrawn: classes without polygons.
        home: scores on generated scenes.
        curve: scores during the training.
        base: title of the model to start from.
        alpha: fraction of the way from its weights to the trained ones.
        folds: number of folds.
        groups: number of groups of neighboring polygons.
        steps: number of steps of the last training.
        training_s: duration of all trainings in seconds.
    """

    verdict: str
    sentence: str
    reasons: Tuple[str, ...] = ()
    classes: Tuple[ClassGain, ...] = ()
    accuracy_before: Optional[float] = None
    accuracy_after: Optional[float] = None
    mean_f1_before: Optional[float] = None
    mean_f1_after: Optional[float] = None
    gain_low: Optional[float] = None
    gain_high: Optional[float] = None
    better: Tuple[PolygonChange, ...] = ()
    worse: Tuple[PolygonChange, ...] = ()
    undrawn: Tuple[UndrawnClass, ...] = ()
    home: Tuple[HomeScore, ...] = ()
    curve: Tuple[CurvePoint, ...] = ()
    base: str = ""
    alpha: float = 1.0
    folds: int = 0
    groups: int = 0
    steps: int = 0
    training_s: float = 0.0

    def __post_init__(self) -> None:
        """Check the verdict."""
        if self.verdict not in VERDICTS:
            raise ValueError(f"The verdict {self.verdict!r} is none of {', '.join(VERDICTS)}.")

    @property
    def can_be_default(self) -> bool:
        """Whether the model may be used from now on; a red one is kept as a draft."""
        return self.verdict in ("green", "amber")
