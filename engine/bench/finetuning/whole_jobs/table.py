# SPDX-License-Identifier: GPL-2.0-or-later
"""Table of whole jobs: a row for each, and how often each verdict was given to a kind."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ..trial import DRAWN

if TYPE_CHECKING:
    from collections.abc import Sequence

STREET, BUILDING, TREE, CAR = 0, 1, 3, 4
HEADER = (
    "| Kind | Seed | Verdict | Alpha | Groups | Mean F1 of polygons | In the other half: mean F1 | "
    "building IoU | tree IoU | street | car | worst undrawn F1 | Home OA | CPU s |\n"
    f"|{'---|' * 14}\n"
)


def as_markdown(results: Sequence[dict[str, Any]]) -> str:
    """Return the tables of results as Markdown."""
    kinds = sorted({result["kind"] for result in results})
    rows = "".join(_row(result) for kind in kinds for result in results if result["kind"] == kind)
    counts = "".join(_counted(kind, results) for kind in kinds)
    return f"{HEADER}{rows}\n| Kind | Jobs | Green / amber / red |\n|---|---|---|\n{counts}"


def _row(result: dict[str, Any]) -> str:
    report, before, after = (result[key] for key in ("report", "before", "after"))
    cells = (
        result["kind"],
        str(result["seed"]),
        report["verdict"],
        f"{report['alpha']:g}",
        str(report["groups"]),
        _change(report["mean_f1_before"], report["mean_f1_after"]),
        _change(before["mean_f1"], after["mean_f1"]),
        _change(before["iou"][BUILDING], after["iou"][BUILDING]),
        _change(before["iou"][TREE], after["iou"][TREE]),
        _change(before["recall"][STREET], after["recall"][STREET]),
        _change(before["recall"][CAR], after["recall"][CAR]),
        f"{_worst_undrawn(before['f1'], after['f1']):+.3f}",
        _home(report["home"]),
        f"{result['cpu_s']:.0f}",
    )
    return f"| {' | '.join(cells)} |\n"


def _counted(kind: str, results: Sequence[dict[str, Any]]) -> str:
    verdicts = Counter(each["report"]["verdict"] for each in results if each["kind"] == kind)
    shown = " / ".join(str(verdicts[name]) for name in ("green", "amber", "red"))
    return f"| {kind} | {verdicts.total()} | {shown} |\n"


def _worst_undrawn(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the smallest change of the F1 of a class without polygons."""
    changes = np.array(after) - np.array(before)
    return float(np.nanmin(np.delete(changes, DRAWN)))


def _home(scores: Sequence[dict[str, Any]]) -> str:
    """Return the change of the mean overall accuracy on generated scenes."""
    if not scores:
        return ""
    pairs = [(each["accuracy_before"], each["accuracy_after"]) for each in scores]
    before, after = np.mean(pairs, axis=0).tolist()
    return _change(before, after)


def _change(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return ""
    return f"{before:.3f} -> {after:.3f}"
