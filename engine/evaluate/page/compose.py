# SPDX-License-Identifier: GPL-2.0-or-later
"""The page: results of an evaluation as HTML, composed by the templates in this folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .charts import confusion_matrix, curve
from .markup import FAINT, FONT, INK, RULE
from .templates import templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...protocol import Legend
    from .markup import Markup
    from .pictures import Gallery

TEMPLATE = "page.html.j2"
PARTS = {"full": "all pixels", "eroded": "3 px off borders"}
MOST_TICKS = 8


def compose_page(report: Mapping[str, Any], legend: Legend, gallery: Gallery) -> str:
    """Return a page of HTML that needs no other file.

    Args:
        report: content of the report.json of an evaluation.
        legend: legend of the scored classes.
        gallery: pictures of some scenes.
    """
    return (
        templates(Path(__file__).parent)
        .get_template(TEMPLATE)
        .render(
            report=report,
            legend=legend,
            pictures=gallery.pictures,
            parts=_parts(report),
            confusion=_confusion(report, legend),
            trimap=_trimap(report),
            bounds=_bounds(report),
            ink=INK,
            faint=FAINT,
            rule=RULE,
            font=FONT,
        )
    )


def _parts(report: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the titles and records of the scored pixels that there are, the headline first."""
    names = sorted(PARTS, key=lambda name: name != report["headline"])
    return [(PARTS[name], report[name]) for name in names if report[name] is not None]


def _confusion(report: Mapping[str, Any], legend: Legend) -> Markup:
    record = report[report["headline"]]
    rows = [_shares(*pair) for pair in zip(record["confusion"], record["unlabeled"], strict=True)]
    if not any(record["unlabeled"]):
        rows = [shares[:-1] for shares in rows]
    return confusion_matrix([one.title for one in legend.classes], rows)


def _shares(counts: Sequence[int], unlabeled: int) -> list[float | None]:
    total = sum(counts) + unlabeled
    return [count / total if total else None for count in (*counts, unlabeled)]


def _trimap(report: Mapping[str, Any]) -> Markup | None:
    """Return the chart of scores near borders, or None where they were not measured."""
    if not report["trimap"]:
        return None
    distances, values = report["trimap"]["distance_px"], report["trimap"]["mean_iou"]
    every = max(1, len(distances) // MOST_TICKS)
    names = [str(px) if px == 1 or px % every == 0 else "" for px in distances]
    return curve(distances, values, names, "Distance in px", "Mean IoU in percent")


def _bounds(report: Mapping[str, Any]) -> Markup:
    """Return the chart of the best possible scores at each stride."""
    bounds = report["resolution_bounds"]
    places, values = list(range(len(bounds))), list(bounds.values())
    return curve(places, values, list(bounds), "Stride in px", "Mean IoU in percent")
