# SPDX-License-Identifier: GPL-2.0-or-later
"""Summary of a run without widgets: area and share of each class, and the mean confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional, Tuple

from ..i18n import tr
from ..layers.results import AREA_SUFFIX

if TYPE_CHECKING:
    from ..protocol import Legend, Outcome

CONFIDENCE_METRIC = "mean_confidence"
HECTARE_M2 = 10000.0
SMALLEST_HA = 0.1


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
    """Return title, area and percentage of a class.

    >>> share_text(ClassShare("Tree", (0, 255, 0), 1234.0, 0.12))
    'Tree · 0.12 ha (12 %)'
    """
    hectares = share.area_m2 / HECTARE_M2
    area = f"{hectares:,.2f} ha" if hectares >= SMALLEST_HA else f"{share.area_m2:,.0f} m²"
    percent = f"{100 * share.fraction:.0f}" if share.fraction >= 0.01 else "<1"
    return f"{share.title} · {area} ({percent} %)"
