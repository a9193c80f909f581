# SPDX-License-Identifier: GPL-2.0-or-later
"""Published scores for comparison: tables of the same data set, or else architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import PUBLISHED, PublishedTable, published_for

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACES = ("Vaihingen", "Potsdam")  # names of data sets in the titles of tables
SCORES = {
    "mean_f1": "mean_f1",
    "overall_accuracy": "overall_accuracy",
    "pixel_accuracy": "overall_accuracy",
    "mean_iu": "mean_iou",
    "mean_accuracy": "mean_accuracy",
    "frequency_weighted_iu": "frequency_weighted_iou",
}


def published_beside(
    title: str, architecture: str, scores: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return tables of published scores, each with the scores of a run in the same columns.

    Args:
        title: title of the data set.
        architecture: architecture of the model.
        scores: scores of the run, as from `scores_record`.
    """
    tables = _tables_of(title)
    is_same_set = bool(tables)
    if not tables:
        tables = list(dict.fromkeys(table for table, _ in published_for(architecture)))
        tables = [table for table in tables if _is_comparable(table, scores)]
    return [_record(table, architecture, scores, is_same_set) for table in tables]


def _tables_of(title: str) -> list[PublishedTable]:
    """Return the tables with the scores of methods on a data set."""
    place = next((place for place in PLACES if place in title), None)
    return [table for table in PUBLISHED if place and place in table.title and table.classes]


def _is_comparable(table: PublishedTable, scores: Mapping[str, Any]) -> bool:
    """Return whether most columns of a table are scores that the run has too."""
    ours = [column for column in table.columns if _own(scores, column) is not None]
    return 2 * len(ours) > len(table.columns)


def _record(
    table: PublishedTable, architecture: str, scores: Mapping[str, Any], is_same_set: bool
) -> dict[str, Any]:
    return {
        "paper": table.paper,
        "name": table.name,
        "title": table.title,
        "same_data_set": is_same_set,
        "columns": list(table.columns),
        "rows": [
            {
                "method": row.method,
                "same_architecture": row.architecture == architecture,
                "values": list(row.values),
            }
            for row in table.rows
            if is_same_set or row.architecture == architecture
        ],
        "this_run": [_percent(_own(scores, column)) for column in table.columns],
    }


def _own(scores: Mapping[str, Any], column: str) -> float | None:
    """Return the run's score for a column; class columns are prefixes of class names."""
    if column in SCORES:
        value: float | None = scores[SCORES[column]]
        return value
    for one in scores["classes"]:
        if one["name"].startswith(column):
            return float(one["f1"]) if one["f1"] is not None else None
    return None


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)
