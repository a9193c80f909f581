# SPDX-License-Identifier: GPL-2.0-or-later
"""Comparison of two models on drawn polygons that neither has learned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...protocol.finetune_report import ClassGain, PolygonChange
from .bootstrap import Interval, gain_intervals
from .polygon_scores import f1_of_polygons, right_fractions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...protocol import Legend
    from ..labels.label_polygon import LabelPolygon

NOTICEABLE = 0.05  # change of the fraction of right pixels in a polygon
FEWEST_TO_SCORE = 2  # groups of a class: with one, nothing is left to learn it from
FEWEST_TO_JUDGE = 3
FEWEST_FOR_INTERVAL = 6


@dataclass(frozen=True, eq=False)
class Proof:
    """Comparison of two models on polygons, out of fold.

    Args:
        classes: scores of each class with polygons, in the order of the legend.
        mean_f1_before: mean F1 of the scored classes before; NaN if none is scored.
        mean_f1_after: mean F1 after.
        accuracy_before: mean fraction of right pixels in polygons of the scored classes before.
        accuracy_after: mean fraction after.
        gain: interval of the gain in mean F1; None with fewer than 6 groups.
        changes: all noticeable changes of polygons of the scored classes, largest gain first.
        groups: number of groups with polygons of the scored classes.
        groups_better: number of those whose right fraction rises on average.
        groups_worse: number of those whose right fraction falls on average.
        new_classes: codes of the classes that the base does not have.
    """

    classes: tuple[ClassGain, ...]
    mean_f1_before: float
    mean_f1_after: float
    accuracy_before: float
    accuracy_after: float
    gain: Interval | None
    changes: tuple[PolygonChange, ...]
    groups: int
    groups_better: int
    groups_worse: int
    new_classes: tuple[int, ...] = ()

    @property
    def mean_gain(self) -> float:
        """Gain in mean F1; NaN if no class is scored."""
        return self.mean_f1_after - self.mean_f1_before

    @property
    def better(self) -> tuple[PolygonChange, ...]:
        """Polygons that got better, largest change first."""
        return tuple(each for each in self.changes if each.right_after > each.right_before)

    @property
    def worse(self) -> tuple[PolygonChange, ...]:
        """Polygons that got worse, largest change first."""
        fallen = [each for each in self.changes if each.right_after < each.right_before]
        return tuple(reversed(fallen))


def compare_out_of_fold(
    before: np.ndarray,
    after: np.ndarray,
    polygons: Sequence[LabelPolygon],
    groups: np.ndarray,
    legend: Legend,
    *,
    old_classes: int | None = None,
    seed: int = 0,
) -> Proof:
    """Return the comparison of two models.

    Args:
        before: (n, classes) pixels of each predicted class in each polygon by the base; the columns
            of new classes may be missing.
        after: (n, classes) the same by models that have not learned from the polygon's group.
        polygons: the n polygons.
        groups: (n,) group of each polygon, from 0.
        legend: legend of the new model.
        old_classes: number of classes of the base; None: all.
        seed: seed of the bootstrap.
    """
    before = np.pad(before, ((0, 0), (0, len(legend) - before.shape[1])))
    classes = np.array([one.class_index for one in polygons], int)
    old = len(legend) if old_classes is None else old_classes
    right = np.stack([right_fractions(each, classes) for each in (before, after)])
    group_counts = {one: len(np.unique(groups[classes == one])) for one in np.unique(classes)}
    is_scored = np.array([group_counts[one] >= FEWEST_TO_SCORE for one in classes], bool)
    _, dense = np.unique(groups[is_scored], return_inverse=True)
    scored = before[is_scored], after[is_scored], classes[is_scored]
    f1_before, f1_after = (f1_of_polygons(each, scored[2]) for each in scored[:2])
    count = int(dense.max(initial=-1)) + 1
    intervals = gain_intervals(*scored, dense, seed) if count else None
    rises = np.bincount(dense, right[1, is_scored] - right[0, is_scored], count).round(9)
    return Proof(
        classes=tuple(
            ClassGain(
                code=legend.codes[at],
                name=legend.classes[at].name,
                title=legend.classes[at].title,
                polygons=int((classes == at).sum()),
                groups=group_counts[at],
                f1_before=None if at >= old else _or_none(f1_before[at]),
                f1_after=_or_none(f1_after[at]),
                gain_low=_end(intervals and intervals.classes[at].low, group_counts[at]),
                gain_high=_end(intervals and intervals.classes[at].high, group_counts[at]),
            )
            for at in sorted(group_counts)
        ),
        mean_f1_before=_mean(f1_before),
        mean_f1_after=_mean(f1_after),
        accuracy_before=_mean(right[0, is_scored]),
        accuracy_after=_mean(right[1, is_scored]),
        gain=intervals.mean if intervals and count >= FEWEST_FOR_INTERVAL else None,
        changes=_changes(polygons, right, is_scored, legend),
        groups=count,
        groups_better=int((rises > 0).sum()),
        groups_worse=int((rises < 0).sum()),
        new_classes=legend.codes[old:],
    )


def _changes(
    polygons: Sequence[LabelPolygon], right: np.ndarray, is_scored: np.ndarray, legend: Legend
) -> tuple[PolygonChange, ...]:
    order = np.argsort(right[0] - right[1], kind="stable")
    return tuple(
        PolygonChange(
            scene=polygons[at].scene,
            fid=polygons[at].fid,
            code=legend.codes[polygons[at].class_index],
            center=polygons[at].center,
            right_before=round(float(right[0, at]), 4),
            right_after=round(float(right[1, at]), 4),
        )
        for at in order.tolist()
        if is_scored[at] and abs(right[1, at] - right[0, at]) >= NOTICEABLE
    )


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _end(value: float | None, groups: int) -> float | None:
    """Return an end of the interval of a class, None if its groups are too few to judge it."""
    return None if value is None or groups < FEWEST_TO_JUDGE else _or_none(value)
