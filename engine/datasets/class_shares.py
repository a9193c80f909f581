# SPDX-License-Identifier: GPL-2.0-or-later
"""Class shares of the ground truth, and whether it has enough pixels for scoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..metrics import count_classes

if TYPE_CHECKING:
    import numpy as np

    from ..protocol import Legend

FEWEST_PX = 1000  # scores of fewer pixels are not significant


def contents_text(truth: np.ndarray, legend: Legend, scene: str = "") -> str:
    """Return the class shares of the ground truth as a sentence, which reveals a wrong file.

    Args:
        truth: (H, W) uint8, class indices in the legend, or `IGNORED`.
        legend: legend with the classes.
        scene: name of the scene, if there may be several; empty for a single one.
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
    """Return warnings about scores from few pixels, as sentences.

    Args:
        scored: (classes,) number of scored pixels of each class.
        legend: legend with the classes.
        known: (classes,) number of pixels of each class in all labels; None: all are scored.
    """
    sentences = []
    if scored.sum() < FEWEST_PX:
        counted = ", ".join(
            f"{one.title.lower()} {count}"
            for one, count in zip(legend.classes, scored, strict=True)
            if count
        )
        sentences.append(
            f"Only {scored.sum()} pixels with a known class are scored ({counted}), so the scores "
            "are not significant: choose labels that cover more of the scored part."
        )
    names = _missing(scored, legend, known)
    if names:
        sentences.append(
            f"The labels have {names}, but none in the part that is scored, so "
            f"{'these classes have' if ',' in names else 'this class has'} no score."
        )
    return tuple(sentences)


def doubts_about_learned(learned: np.ndarray, legend: Legend, known: np.ndarray) -> tuple[str, ...]:
    """Return a warning about classes that are in the held-out part only, as sentences.

    Args:
        learned: (classes,) number of pixels of each class in the training part.
        legend: legend with the classes.
        known: (classes,) number of pixels of each class in all labels.
    """
    names = _missing(learned, legend, known)
    if not names:
        return ()
    return (
        f"The labels have {names}, but none in the part to learn from, so "
        f"{'these classes are' if ',' in names else 'this class is'} not learned.",
    )


def _missing(counts: np.ndarray, legend: Legend, known: np.ndarray | None) -> str:
    """Return the comma-separated names of classes that are in the labels but not in a part."""
    if known is None:
        return ""
    return ", ".join(
        one.title.lower()
        for one, count, total in zip(legend.classes, counts, known, strict=True)
        if total and not count
    )
