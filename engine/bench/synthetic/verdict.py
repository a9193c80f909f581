# SPDX-License-Identifier: GPL-2.0-or-later
"""Comparison of the network ranking with Table II of Maggiori et al., in one sentence.

The ranking in the paper: by mean F1, MLP is at least as good as skip, and skip is better than the
base FCN; from the base FCN to MLP, cars gain more than any other class.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

from ...evaluate.published import maggiori
from ...protocol import row_named
from .table import PAPER_CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .result import TrialResult

FCN, SKIP, MLP = "maggiori_fcn", "maggiori_skip", "maggiori_mlp"
TABLE_TWO = next(table for table in maggiori.TABLES if table.name == "Table II")


def judge_ordering(results: Sequence[TrialResult]) -> str:
    """Return one sentence about the ranking, with the published margins in parentheses."""
    by_name = {result.architecture: result for result in results}
    missing = [_title(name) for name in (FCN, SKIP, MLP) if name not in by_name]
    if missing:
        return f"Without {' and '.join(missing)}, the paper's ordering cannot be judged."
    fcn, skip, mlp = (by_name[name] for name in (FCN, SKIP, MLP))
    gains = _gains(fcn, mlp)
    if "car" not in gains:
        return "Without a car in the unseen scenes, the paper's ordering cannot be judged."
    mlp_skip, skip_fcn = round(mlp.mean_f1 - skip.mean_f1, 2), round(skip.mean_f1 - fcn.mean_f1, 2)
    other = max((name for name in gains if name != "car"), key=gains.__getitem__)
    broken = [
        text
        for text, is_broken in (
            ("MLP is below skip", mlp_skip < 0),
            ("skip is not above the base FCN", skip_fcn <= 0),
            ("cars do not gain most", gains["car"] <= gains[other]),
        )
        if is_broken
    ]
    head = f"does not hold here, because {' and '.join(broken)}" if broken else "holds here"
    printed = _printed_margins()
    short = [_title(each.architecture) for each in (fcn, skip, mlp) if each.was_cut_short]
    return (
        f"The paper's ordering {head}: in mean F1, MLP minus skip is {mlp_skip:+.2f} points "
        f"({printed[0]:+.2f} in the paper) and skip minus base FCN {skip_fcn:+.2f} "
        f"({printed[1]:+.2f}); from base FCN to MLP cars gain {gains['car']:+.2f} "
        f"({printed[2]:+.2f}), and of the other classes {other.replace('_', ' ')} most, "
        f"{gains[other]:+.2f}" + (f"; cut short: {', '.join(short)}." if short else ".")
    )


def _gains(fcn: TrialResult, mlp: TrialResult) -> Mapping[str, float]:
    """Return the gains in F1 by class in percentage points, if both networks have a score."""
    pairs = ((name, fcn.f1[name], mlp.f1[name]) for name in PAPER_CLASSES)
    return {
        name: round(after - before, 2)
        for name, before, after in pairs
        if before is not None and after is not None
    }


def _printed_margins() -> tuple[float, float, float]:
    """Return the margins in mean F1 of MLP over skip and skip over FCN, and the gain of cars."""
    mean, car = (TABLE_TWO.columns.index(name) for name in ("mean_f1", "car"))
    by_name = {
        row.architecture: [nan if value is None else value for value in row.values]
        for row in TABLE_TWO.rows
    }
    fcn, skip, mlp = by_name[FCN], by_name[SKIP], by_name[MLP]
    return mlp[mean] - skip[mean], skip[mean] - fcn[mean], mlp[car] - fcn[car]


def _title(name: str) -> str:
    return row_named(name).title
