# SPDX-License-Identifier: GPL-2.0-or-later
"""Table of results, one row per network, as text, as CSV and as JSON records."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..metrics import Scores
    from ..protocol import Legend


@dataclass(frozen=True)
class ComparisonResult:
    """Result of one network.

    Args:
        name: name of the architecture or the model.
        was_trained: whether it was trained in this comparison, not loaded.
        parameters: number of weights, as counted in papers.
        scores: scores on the test part.
        mpx_per_s: megapixels labeled per second, including reading and writing files but not
            loading the model.
        peak_memory_mb: peak memory of the labeling process in MB; None if the platform does not
            report it.
        training_s: duration of training in seconds; 0 for a loaded model.
    """

    name: str
    was_trained: bool
    parameters: int
    scores: Scores
    mpx_per_s: float
    peak_memory_mb: int | None
    training_s: float

    @property
    def mean_f1(self) -> float:
        """Mean F1 of the classes that occur."""
        return self.scores.mean_f1

    def record(self, legend: Legend) -> dict[str, Any]:
        """Return all values by name, as JSON types; None for a class that does not occur."""
        f1 = {
            f"f1_{one.name}": None if isnan(value) else round(float(value), 4)
            for one, value in zip(legend.classes, self.scores.f1, strict=True)
        }
        return {
            "name": self.name,
            "trained_here": self.was_trained,
            "parameters": self.parameters,
            **f1,
            "mean_f1": round(self.mean_f1, 4),
            "overall_accuracy": round(self.scores.overall_accuracy, 4),
            "mean_iou": round(self.scores.mean_iu, 4),
            "mpx_per_s": round(self.mpx_per_s, 3),
            "peak_memory_mb": self.peak_memory_mb,
            "training_s": round(self.training_s, 1),
        }


def as_csv(records: list[dict[str, Any]]) -> str:
    """Return the records as comma-separated values with a header."""
    text = StringIO()
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def as_text(records: list[dict[str, Any]], legend: Legend) -> str:
    """Return the records as a table of fixed columns, scores in percent."""
    columns = {
        **{f"f1_{one.name}": one.name.replace("_", " ") for one in legend.classes},
        "mean_f1": "mean F1",
        "overall_accuracy": "OA",
        "mean_iou": "mean IoU",
        "mpx_per_s": "Mpx/s",
        "peak_memory_mb": "peak MB",
    }
    widths = {name: max(7, len(title)) for name, title in columns.items()}
    first = max(len("F1 in %"), *(len(record["name"]) for record in records))
    lines = ["  ".join(["F1 in %".ljust(first), *_cells(columns, widths)])]
    for record in records:
        shown = {name: _shown(name, record[name]) for name in columns}
        lines.append("  ".join([record["name"].ljust(first), *_cells(shown, widths)]))
    return "\n".join(lines)


def _cells(values: dict[str, str], widths: dict[str, int]) -> list[str]:
    return [values[name].rjust(width) for name, width in widths.items()]


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name == "peak_memory_mb":
        return f"{value:.0f}"
    return f"{value:.2f}" if name == "mpx_per_s" else f"{100 * value:.1f}"
