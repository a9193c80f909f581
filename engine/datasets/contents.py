# SPDX-License-Identifier: GPL-2.0-or-later
"""Contents: how much of each class the truth holds, and whether that is enough to be scored by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..metrics import count_classes

if TYPE_CHECKING:
    import numpy as np

    from ..protocol import Legend

FEWEST_PX = 1000  # fewer say next to nothing about a model


def contents_text(truth: np.ndarray, legend: Legend, scene: str = "") -> str:
    """Return what the truth holds, in one line: a wrong file or legend shows here at once.

    Args:
        truth: (H, W) uint8: index in the legend, or `IGNORED`.
        legend: the classes.
        scene: its name, if there may be others.
    """
    counts = count_classes(truth, len(legend))
    listed = ", ".join(
        f"{one.title.lower()} {count / counts.sum():.1%}"
        for one, count in zip(legend.classes, counts, strict=True)
    )
    of_which = f" of {scene}" if scene else ""
    return f"The labels{of_which} cover {counts.sum() / truth.size:.1%} of the image: {listed}."


def doubts_about_counts(
    scored: np.ndarray, legend: Legend, known: np.ndarray | None = None
) -> tuple[str, ...]:
    """Return what makes scores doubtful for want of pixels, as sentences.

    Args:
        scored: (classes,) pixels of each class that are scored.
        legend: the classes.
        known: (classes,) pixels of each class in all labels; None: all of them are scored.
    """
    sentences = []
    if scored.sum() < FEWEST_PX:
        held = ", ".join(
            f"{one.title.lower()} {count}"
            for one, count in zip(legend.classes, scored, strict=True)
            if count
        )
        sentences.append(
            f"Only {scored.sum()} pixels with a known class are scored ({held}), so scores say "
            "next to nothing: take labels that cover more of what is scored."
        )
    names = _missing(scored, legend, known)
    if names:
        sentences.append(
            f"The labels have {names}, but none in the part that is scored, so "
            f"{'these classes have' if ',' in names else 'this class has'} no score."
        )
    return tuple(sentences)


def doubts_about_learned(learned: np.ndarray, legend: Legend, known: np.ndarray) -> tuple[str, ...]:
    """Return which classes cannot be learned because only what is held out has them.

    Args:
        learned: (classes,) pixels of each class in the part to learn from.
        legend: the classes.
        known: (classes,) pixels of each class in all labels.
    """
    names = _missing(learned, legend, known)
    if not names:
        return ()
    return (
        f"The labels have {names}, but none in the part to learn from, so "
        f"{'these classes are' if ',' in names else 'this class is'} not learned.",
    )


def _missing(counts: np.ndarray, legend: Legend, known: np.ndarray | None) -> str:
    """Return the names of the classes that all labels have and a part has not, with commas."""
    if known is None:
        return ""
    return ", ".join(
        one.title.lower()
        for one, count, all_of_it in zip(legend.classes, counts, known, strict=True)
        if all_of_it and not count
    )
