# SPDX-License-Identifier: GPL-2.0-or-later
"""The verb `plan`: what a label job would take, measured on one of its super-tiles."""

from __future__ import annotations

import dataclasses
import json
import math
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..outputs.paths import with_absolute_paths
from ..protocol import JobError, LabelJob
from ..scale.plan import Plan, make_plan
from .foreground import run_in_foreground

if TYPE_CHECKING:
    from argparse import Namespace

    from ..process.channel import Channel
    from ..process.reporter import Reporter
    from ..protocol import Job

WORKERS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


def main(given: Namespace, channel: Channel) -> int:
    """Print the plan of the label job that the flags describe.

    Raises:
        JobError: if a value is not valid.
    """
    names = {field.name for field in dataclasses.fields(LabelJob)}
    values = {name: value for name, value in vars(given).items() if name in names}

    def run(job: Job, reporter: Reporter) -> None:
        problems = job.problems()
        if problems or not isinstance(job, LabelJob):
            raise JobError(" ".join(problems))
        with tempfile.TemporaryDirectory(prefix="orthoscribe-plan-") as folder:
            plan = make_plan(job, Path(folder), reporter)
        free_gb = _free_gb(Path(job.output))
        values = _values(plan, free_gb)
        channel.send(json.dumps(values, indent=2) if given.json else plan_text(plan, free_gb))

    return run_in_foreground(with_absolute_paths(LabelJob(**values)), channel, run)


def _values(plan: Plan, free_gb: float) -> dict[str, Any]:
    hours = {str(workers): round(plan.hours(workers), 4) for workers in WORKERS}
    return {
        **dataclasses.asdict(plan),
        "hours_by_workers": hours,
        "disk_gb": plan.disk_gb,
        "free_gb": free_gb,
    }


def plan_text(plan: Plan, free_gb: float) -> str:
    """Return the plan as sentences and a table.

    Args:
        plan: the plan of a label job.
        free_gb: free space of the disk with the output, in GB.
    """
    one = plan.measured
    files = ", ".join(f"{count} files of the {role}" for role, count in plan.files.items())
    skipped = f", {plan.skipped} more are empty and skipped" if plan.skipped else ""
    ground = f"; the ground in {_count(plan.ground_parts, 'part')}" if plan.ground_parts else ""
    lines = [
        f"{plan.width_px:,} x {plan.height_px:,} px{f' from {files}' if files else ''}",
        f"{_count(plan.parts, 'super-tile')} of up to {_size(plan.part_mpx)} Mpx, "
        f"{_size(plan.labeled_mpx)} Mpx together, each read with {plan.reach_px} px around it"
        f"{skipped}{ground}",
        f"Measured here on one of {_size(one.mpx)} Mpx ({plan.device}): "
        f"opening {one.open_s:.1f} s, ground {one.ground_s:.1f} s, labels {one.label_s:.1f} s, "
        f"buildings and cars {one.outline_s:.1f} s, other outlines {one.trace_s:.1f} s",
        f"Memory of a worker: {one.peak_memory_mb or '?'} MB",
        f"Disk of the output: {_size(plan.disk_gb)} GB at most, {_size(free_gb)} GB are free",
        "",
        f"{'workers':>8}{'hours':>12}",
    ]
    most = max(1, plan.parts)
    lines += [f"{workers:>8}{plan.hours(workers):>12.3f}" for workers in WORKERS if workers <= most]
    return "\n".join(lines)


def _count(number: int, noun: str) -> str:
    """Return a number and its noun, as '1 part'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(value: float) -> str:
    """Return a size with two significant digits or more, so that a small one does not read as 0."""
    if value >= 10:
        return f"{value:,.0f}"
    decimals = 1 if value <= 0 else max(0, 1 - math.floor(math.log10(value)))
    return f"{value:.{decimals}f}"


def _free_gb(folder: Path) -> float:
    """Return the free space of the disk with a folder, which may not exist yet."""
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(existing).free / 1e9
