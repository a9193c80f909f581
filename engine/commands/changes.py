# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes command: outline where two class rasters of one area differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..outputs.publishing import publish
from ..outputs.record_paths import record_paths
from ..outputs.report import Stopwatch, compose_report, write_job, write_report
from ..outputs.staging import Staging
from ..polygons.changes import ChangeFile, common_extent, trace_changes
from ..polygons.geopackage import modified_s
from ..polygons.source import ClassSource

if TYPE_CHECKING:
    import numpy as np

    from ..process.reporter import Reporter
    from ..protocol import ChangesJob, Legend

READ = ("before", "after")
NAME = "changes.gpkg"


def run(job: ChangesJob, reporter: Reporter) -> None:
    """Compare two class rasters and publish `changes.gpkg`, `job.json` and `report.json`.

    The areas that a class gained and lost include changes that are too small for a polygon.

    Raises:
        InputError: if a raster cannot be used, or they are not on the same pixels.
        OutputError: if a destination cannot be written.
        JobCanceled: if the job was canceled.
    """
    stopwatch = Stopwatch()
    output = Path(job.output)
    finals = {"changes": output / NAME, **record_paths(output, job.kind)}
    read = {role: getattr(job, role) for role in READ}
    with Staging(output, list(read.values())) as staging:
        staged = {role: staging.aside(final) for role, final in finals.items()}
        with stopwatch.stage("trace"):
            areas_m2, count = _trace(job, staged["changes"], reporter)
        changed = _changed(areas_m2, job.legend)
        results = {"changes": {"polygons": count, "classes": changed}}
        write_job(staged["job"], job)
        report = compose_report(job, results, device="cpu", read=read, stopwatch=stopwatch)
        write_report(staged["report"], report)
        publish(staging, finals, reporter)
    reporter.metric("changes_count", count)
    for name, areas in changed.items():
        for what, area_m2 in areas.items():
            reporter.metric(f"{name}_{what}", area_m2)


def _trace(job: ChangesJob, destination: Path, reporter: Reporter) -> tuple[np.ndarray, int]:
    """Write the polygons; return the areas by class before and after, and their number."""
    with ClassSource(job.before) as before, ClassSource(job.after) as after:
        extent = common_extent(before.whole, after.whole)
    with (
        ClassSource(job.before, extent=extent) as before,
        ClassSource(job.after, extent=extent) as after,
    ):
        file = ChangeFile(destination, before.grid, job.legend, modified_s(Path(job.after)))
        areas_m2 = trace_changes(
            before,
            after,
            file,
            legend=job.legend,
            minimum_m2=job.minimum_m2,
            reporter=reporter,
        )
        return areas_m2, file.written


def _changed(areas_m2: np.ndarray, legend: Legend) -> dict[str, dict[str, Any]]:
    """Return areas before and after, gained and lost, by class name."""
    return {
        each.name: {
            "before_m2": round(float(areas_m2[index].sum()), 4),
            "after_m2": round(float(areas_m2[:, index].sum()), 4),
            "gained_m2": round(float(areas_m2[:, index].sum() - areas_m2[index, index]), 4),
            "lost_m2": round(float(areas_m2[index].sum() - areas_m2[index, index]), 4),
        }
        for index, each in enumerate(legend.classes)
    }
