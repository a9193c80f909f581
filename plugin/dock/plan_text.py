# SPDX-License-Identifier: GPL-2.0-or-later
"""Plan of a run in sentences; without widgets."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from ..i18n import tr
from .speed import duration_text

SHOWN_WORKERS = 5


def plan_text(plan: Mapping[str, Any]) -> str:
    """Return the sentences of a plan.

    Args:
        plan: values as `python -m engine plan --json` prints them.
    """
    parts = _parts(plan["parts"], _size(plan["labeled_mpx"]))
    if plan["skipped"]:
        parts += tr(" (skipped as empty: {skipped:,})").format(skipped=plan["skipped"])
    files: Dict[str, int] = plan["files"]
    if files:
        counts = ", ".join(f"{role} {count:,}" for role, count in files.items())
        parts += tr("; files: {counts}").format(counts=counts)
    disk = tr("The results need up to {disk} GB of disk, {free} GB are free.").format(
        disk=_size(plan["disk_gb"]), free=_size(plan["free_gb"])
    )
    memory_mb = plan["measured"]["peak_memory_mb"]
    memory = tr("A process needs {mb:,} MB.").format(mb=memory_mb) if memory_mb else ""
    origin = tr("Measured here on one part ({device}).").format(device=plan["device"])
    sentences = (f"{parts}.", _durations(plan), disk, memory, origin)
    return " ".join(each for each in sentences if each)


def _parts(count: int, mpx: str) -> str:
    if count == 1:
        return tr("1 part, {mpx} Mpx").format(mpx=mpx)
    return tr("{count:,} parts, {mpx} Mpx together").format(count=count, mpx=mpx)


def _durations(plan: Mapping[str, Any]) -> str:
    """Return the duration by number of processes, as far as there are parts for them."""
    most = max(1, plan["parts"])
    hours: Dict[str, float] = plan["hours_by_workers"]
    shown: List[str] = [
        f"{workers}: {duration_text(3600 * value)}"
        for workers, value in hours.items()
        if int(workers) <= most
    ][:SHOWN_WORKERS]
    return tr("Duration by processes: {durations}.").format(durations=", ".join(shown))


def _size(value: float) -> str:
    """Return a size of at least 0.01, with two digits or more."""
    return f"{value:,.0f}" if value >= 10 else f"{max(value, 0.01):.2g}"
