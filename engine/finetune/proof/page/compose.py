# SPDX-License-Identifier: GPL-2.0-or-later
"""The page: report of a fine-tuning as HTML that a browser and QGIS can show."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from ....evaluate.page.charts import curve
from ....evaluate.page.markup import FAINT, FONT, INK, RULE, color_of
from ....evaluate.page.templates import templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ....protocol import FinetuneReport, Legend
    from .chips import Chip

TEMPLATE = "finetune.html.j2"
COLORS = {"green": "#2f855a", "amber": "#b7791f", "red": "#c53030", "none": "#67737f"}
MOST_TICKS = 8
MOST_LISTED = 20


def compose_page(
    report: FinetuneReport,
    title: str,
    legend: Legend,
    chips: Sequence[Chip] = (),
    lineage: Mapping[str, str] | None = None,
) -> str:
    """Return a page of HTML that needs no other file.

    Args:
        report: report of the fine-tuning.
        title: title of the new model.
        legend: legend of the new model.
        chips: pictures of polygons.
        lineage: names and values for the table at the end, such as hashes and versions.
    """
    return (
        templates(Path(__file__).parent)
        .get_template(TEMPLATE)
        .render(
            report=report,
            title=title,
            chips=chips,
            lineage=lineage or {},
            curve=_curve(report),
            swatches={one.code: color_of(one.color) for one in legend.classes},
            titles={one.code: one.title for one in legend.classes},
            verdict_color=COLORS[report.verdict],
            most_listed=MOST_LISTED,
            points=_points,
            ink=INK,
            faint=FAINT,
            rule=RULE,
            font=FONT,
        )
    )


def _curve(report: FinetuneReport) -> str:
    """Return the chart of the training as a `data:` URL, empty without a curve.

    An image, because QGIS shows no SVG within HTML.
    """
    if len(report.curve) < 2:
        return ""
    steps = [one.step for one in report.curve]
    every = max(1, -(-len(steps) // MOST_TICKS))
    chart = curve(
        steps,
        [one.score for one in report.curve],
        [str(step) if at % every == 0 else "" for at, step in enumerate(steps)],
        "Steps",
        "Mean F1 out of fold in percent; dashed: before",
        report.mean_f1_before,
    )
    return "data:image/svg+xml;base64," + b64encode(chart.encode("utf-8")).decode("ascii")


def _points(low: float | None, high: float | None) -> str:
    """Return an interval of a gain in points.

    >>> _points(-0.012, 0.05)
    '-1.2 to +5.0'
    """
    return "-" if low is None or high is None else f"{100 * low:+.1f} to {100 * high:+.1f}"
