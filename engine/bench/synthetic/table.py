# SPDX-License-Identifier: GPL-2.0-or-later
"""Result table: Table II of Maggiori et al. with measured and published numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...evaluate.published import published_for
from ...protocol import ISPRS, row_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...evaluate.published import PublishedRow, PublishedTable
    from .budget import Budget
    from .result import TrialResult

PAPER_CLASSES = tuple(one.name for one in ISPRS.classes if one.name != "clutter")
SCORES = ("Imp. surf.", "Building", "Low veg.", "Tree", "Car", "Mean F1", "OA", "Clutter")
COSTS = ("Parameters", "Steps", "s / step", "Training", "Cut short")


def published_in_vaihingen(name: str) -> tuple[PublishedTable, PublishedRow] | None:
    """Return the first published row of an architecture with the class scores of Vaihingen."""
    found = (
        (table, row)
        for table, row in published_for(name)
        if "Vaihingen" in table.title and table.classes == len(PAPER_CLASSES)
    )
    return next(found, None)


def as_markdown(results: Sequence[TrialResult], budget: Budget, verdict: str) -> str:
    """Return the tables of scores and costs, and the sentence about the ranking."""
    scores = [(_title(result), *_scores(result)) for result in results]
    costs = [(_title(result), *_costs(result)) for result in results]
    noun = "thread" if budget.threads == 1 else "threads"
    return "\n\n".join(
        [
            "# Networks trained with the same budget on generated scenes",
            f"{budget.steps} steps of {budget.patches} patches of {budget.patch_px} px from "
            f"{budget.training_scenes} scenes; scores on {budget.unseen_scenes} unseen ones, "
            f"scenes of {budget.scene_px} px at {budget.gsd_m:g} m, seed {budget.seed}, "
            f"{budget.threads} {noun}.",
            "F1 of each class, mean F1 and overall accuracy in percent; in parentheses the paper's "
            "values for Vaihingen. Clutter is excluded from mean F1 and OA.",
            _table(("Network", *SCORES), scores),
            _table(("Network", *COSTS), costs),
            *_remarks(results),
            verdict,
        ]
    )


def _title(result: TrialResult) -> str:
    return row_named(result.architecture).title


def _scores(result: TrialResult) -> Iterable[str]:
    """Yield the cells of a row of scores."""
    own = (*(result.f1[name] for name in PAPER_CLASSES), result.mean_f1, result.overall_accuracy)
    found = published_in_vaihingen(result.architecture)
    printed = found[1].values if found else (None,) * len(own)
    for here, there in zip(own, printed, strict=True):
        yield f"{_number(here)} ({_number(there)})"
    yield _number(result.f1["clutter"])


def _costs(result: TrialResult) -> tuple[str, ...]:
    return (
        f"{result.parameters:,}",
        f"{result.steps_done} of {result.steps}",
        f"{result.seconds_per_step:.2f}",
        f"{result.training_s / 60:.1f} min",
        "yes" if result.was_cut_short else "no",
    )


def _remarks(results: Sequence[TrialResult]) -> Iterable[str]:
    """Yield remarks for the interpretation of the rows."""
    short = [_title(result) for result in results if result.was_cut_short]
    if short:
        yield (
            "Cut short while the learning rate was still high, so not comparable with the others: "
            f"{', '.join(short)}."
        )
    pretrained = [_title(each) for each in results if row_named(each.architecture).pretrained]
    if pretrained:
        yield f"Pretrained in the paper, trained from random weights here: {', '.join(pretrained)}."
    yield "One seed and minutes of training: margins of a few tenths may be due to chance."


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with aligned columns, right-aligned except for the first."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    padded = [
        [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]
        for row in (head, *rows)
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in (padded[0], rule, *padded[1:]))
