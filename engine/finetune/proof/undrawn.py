# SPDX-License-Identifier: GPL-2.0-or-later
"""Classes without polygons: labels of the new model where the base had these classes.

Polygons cannot prove anything about these classes. But a class whose pixels vanish from the map was
probably forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...protocol.finetune_report import UndrawnClass

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ...protocol import Legend

FEWEST_PX = 2000  # of a class to tell a fraction: about ten cars in pixels of 0.2 m
LEAST_KEPT = 0.85  # of the pixels that are expected to stay


def undrawn_classes(
    counts: np.ndarray,
    drawn: Collection[int],
    legend: Legend,
    parents: Mapping[int, int] | None = None,
) -> tuple[UndrawnClass, ...]:
    """Return what became of each class without polygons.

    Pixels that go to a new class from its parent are not lost: they are what it was drawn for.

    Args:
        counts: (classes, classes) pixels in windows of the scenes, the class by the base in rows
            and by the new model in columns, in the order of the legend of the new model.
        drawn: indices of the classes with polygons.
        legend: legend of the new model.
        parents: index of the parent of each new class, by the index of the new class.
    """
    counts = np.asarray(counts, np.float64)
    return tuple(
        UndrawnClass(
            one.code,
            one.title,
            kept=_fraction(counts[at, _family(at, parents or {})].sum(), counts[at].sum()),
            new=_fraction(counts[:, at].sum() - counts[at, at], counts[:, at].sum()),
        )
        for at, one in enumerate(legend.classes)
        if at not in drawn
    )


def kept_of(counts: np.ndarray, classes: Collection[int]) -> float:
    """Return the fraction of the pixels of classes that keep their class; 1 without pixels.

    Args:
        counts: (classes, classes) pixels, the class by the base in rows and by the new model in
            columns.
        classes: indices of the classes.
    """
    counts, at = np.asarray(counts, np.float64), sorted(classes)
    whole = counts[at].sum()
    return float(counts[at, at].sum() / whole) if whole else 1.0


def forgotten(
    undrawn: Collection[UndrawnClass],
    kept_of_drawn: float,
    precision: Mapping[int, float] | None = None,
) -> tuple[UndrawnClass, ...]:
    """Return the classes that lost clearly more of their pixels than is expected.

    Where the base is wrong about much of what was drawn, it is wrong about other classes as well,
    so these may lose as large a part. They may also lose what the base takes for them by mistake
    on generated scenes.

    Args:
        undrawn: classes without polygons.
        kept_of_drawn: fraction of the pixels of the drawn classes that keep their class.
        precision: precision of the base on generated scenes, by the code of the class; 1 where it
            is unknown.
    """
    known = precision or {}
    return tuple(
        one
        for one in undrawn
        if one.kept is not None and one.kept < LEAST_KEPT * kept_of_drawn * known.get(one.code, 1.0)
    )


def undisputed(
    undrawn: Collection[UndrawnClass], disputed: Collection[int], legend: Legend
) -> tuple[UndrawnClass, ...]:
    """Return the undrawn classes that no polygons contradict: the others are meant to vanish.

    Args:
        undrawn: classes without polygons.
        disputed: indices of the classes that polygons of others contradict.
        legend: legend of the new model.
    """
    codes = {legend.codes[at] for at in disputed}
    return tuple(one for one in undrawn if one.code not in codes)


def _family(at: int, parents: Mapping[int, int]) -> list[int]:
    """Return the index of a class and those of its new classes."""
    return [at, *(new for new, parent in parents.items() if parent == at)]


def _fraction(part: float, whole: float) -> float | None:
    return round(float(part / whole), 4) if whole >= FEWEST_PX else None
