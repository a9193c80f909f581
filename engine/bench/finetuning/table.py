# SPDX-License-Identifier: GPL-2.0-or-later
"""Table of the results, one row for each shift and number of polygons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .trial import Result

HEADER = (
    "| shift | polygons | mean F1 before -> after, by scene | mean gain | "
    "undrawn classes, F1 before -> after | worst | home OA | CPU s |\n"
    "|---|---|---|---|---|---|---|---|\n"
)


def as_markdown(results: Sequence[Result]) -> str:
    """Return the table of results as Markdown."""
    keys = sorted({(result.shift, result.polygons) for result in results})
    return HEADER + "".join(
        _row([each for each in results if (each.shift, each.polygons) == key]) for key in keys
    )


def _row(results: Sequence[Result]) -> str:
    pairs = [
        (float(np.nanmean(each.f1_before)), float(np.nanmean(each.f1_after))) for each in results
    ]
    undrawn = [pair for each in results for pair in each.undrawn]
    means = np.mean(undrawn, axis=0) if undrawn else (np.nan, np.nan)
    worst = min((after - before for before, after in undrawn), default=np.nan)
    home = np.mean([(each.home_before, each.home_after) for each in results], axis=0)
    cells = (
        results[0].shift,
        str(results[0].polygons),
        ", ".join(_change(*pair) for pair in pairs),
        f"{np.mean([after - before for before, after in pairs]):+.3f}",
        _change(*means),
        f"{worst:+.3f}",
        _change(*home),
        f"{np.mean([each.cpu_s for each in results]):.0f}",
    )
    return f"| {' | '.join(cells)} |\n"


def _change(before: float, after: float) -> str:
    return f"{before:.3f} -> {after:.3f}"
