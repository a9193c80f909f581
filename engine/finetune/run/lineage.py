# SPDX-License-Identifier: GPL-2.0-or-later
"""Card of a fine-tuned model: what it was made from, of what labels, and whether it is better.

Scores of the model to start from were measured with other weights, so the card does not claim them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ...outputs.report import versions
from ...protocol import JobError, new_land_classes
from .progress import OUT_OF_TIME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...protocol import FinetuneJob, FinetuneReport, ModelCard
    from .progress import FinetuneProgress

CAUSES = {
    "colors": "other colors, light or sharpness",
    "meaning": "another meaning of a class",
    "missing_class": "a missing class",
}


def new_card(job: FinetuneJob, start: ModelCard) -> ModelCard:
    """Return the card of the new model, without the results of the run.

    Raises:
        JobError: if a new class cannot be added to the legend.
    """
    try:
        added = new_land_classes(start.legend, job.new_classes)
        legend = replace(start.legend, classes=(*start.legend.classes, *added))
    except ValueError as error:
        raise JobError(f"The new classes cannot be added: {error}") from error
    name = Path(job.output).name
    return replace(
        start,
        name=name,
        title=job.title or name,
        summary="",
        legend=legend,
        weights_sha256="",
        scores={},
        provenance={},
        earlier_runs=(),
        note="",
    )


def finished_card(
    card: ModelCard,
    job: FinetuneJob,
    start: ModelCard,
    progress: FinetuneProgress,
    report: FinetuneReport,
    facts: Mapping[str, str],
) -> ModelCard:
    """Return the card with the lineage and the verdict.

    Args:
        card: card of the new model, without results.
        job: job of the run.
        start: card of the model to start from.
        progress: progress at the end of the run.
        report: report of the run.
        facts: further entries of the provenance, by name.
    """
    polygons = len(progress.before)
    added = card.legend.classes[len(start.legend) :]
    return replace(
        card,
        summary=f"'{start.title}', fine-tuned on {polygons} drawn polygons.",
        verdict=report.verdict,
        provenance={
            "date": datetime.now(UTC).date().isoformat(),
            "start": f"{start.name}, sha256 {start.weights_sha256}",
            "start_title": start.title,
            **{
                f"start_{name}": text
                for name, text in start.provenance.items()
                if name in ("date", "start")
            },
            "cause": CAUSES[job.cause],
            **facts,
            "label_values": _label_values(job),
            "new_classes": ", ".join(one.title for one in added) or "none",
            "budget": f"{job.budget}, {polygons} polygons in {report.groups} places",
            "folds": _folds_text(progress),
            "steps": f"{report.steps}{_ending(progress)}",
            "alpha": f"{report.alpha:g}",
            "verdict": report.sentence,
            "scores": "none; those of the model to start from were measured with other weights",
            "seed": str(job.seed),
            "training_time": f"{progress.training_s / 60:.1f} minutes",
            "versions": ", ".join(f"{name} {value}" for name, value in versions().items()),
        },
    )


def _label_values(job: FinetuneJob) -> str:
    """Return the meaning of label values, with those that were merged into one class."""
    given: Sequence[str] = list(dict.fromkeys(v for one in job.scenes for v in one.label_values))
    return ", ".join(given) or "as in the legend"


def _folds_text(progress: FinetuneProgress) -> str:
    wanted, done = progress.wanted.folds, len(progress.finished_folds)
    return f"{done} of {wanted}, {progress.plan.fold_steps} steps each" if wanted else "none"


def _ending(progress: FinetuneProgress) -> str:
    if not progress.ended:
        return ""
    why = "the time limit" if progress.ended == OUT_OF_TIME else "the user"
    return f" of {progress.plan.steps}, ended by {why}"
