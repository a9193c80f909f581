# SPDX-License-Identifier: GPL-2.0-or-later
"""Summary of a run without widgets: area and share of each class, and the mean confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Tuple

from ..i18n import tr
from ..layers.results import AREA_SUFFIX
from ..styling.area_text import class_text

if TYPE_CHECKING:
    from ..protocol import Legend, Outcome

CONFIDENCE_METRIC = "mean_confidence"


@dataclass(frozen=True)
class ClassShare:
    """Area of one class in a run.

    Args:
        title: display name of the class.
        color: red, green, blue, each 0..255.
        area_m2: area in square meters.
        fraction: share of the labeled area, 0..1.
    """

    title: str
    color: Tuple[int, int, int]
    area_m2: float
    fraction: float


@dataclass(frozen=True)
class RunSummary:
    """Shares of the classes, largest first, and the mean confidence in percent if it is known."""

    shares: Tuple[ClassShare, ...]
    confidence_percent: Optional[float] = None


def summarize_run(outcome: Outcome, legend: Legend) -> Optional[RunSummary]:
    """Return the summary of a run; None if the engine measured no area.

    Args:
        outcome: outcome of a finished run.
        legend: legend of its class raster.
    """
    areas_m2 = {
        each: outcome.metrics.get(f"{each.name}{AREA_SUFFIX}", 0.0) for each in legend.classes
    }
    total_m2 = sum(areas_m2.values())
    if total_m2 <= 0:
        return None
    shares = (
        ClassShare(tr(each.title), each.color, area_m2, area_m2 / total_m2)
        for each, area_m2 in areas_m2.items()
        if area_m2 > 0
    )
    ordered = tuple(sorted(shares, key=lambda share: -share.area_m2))
    return RunSummary(ordered, outcome.metrics.get(CONFIDENCE_METRIC))


def share_text(share: ClassShare) -> str:
    """Return title, area and percentage of a class, as in the legend of the map."""
    return class_text(share.title, share.area_m2, share.fraction)
