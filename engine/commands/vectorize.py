# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectorize command: convert a class raster to polygons of buildings, roads and cars."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..labeling.ground_progress import ground_progress
from ..labeling.height_remarks import height_remarks, unit_notes
from ..labeling.scene_sample import sample_heights
from ..outputs.publishing import publish
from ..outputs.record_paths import record_paths
from ..outputs.report import Stopwatch, compose_report, run_id_of, write_job, write_report
from ..outputs.staging import Staging
from ..polygons.exports import export_layers, export_paths, refuse_unavailable
from ..polygons.geopackage import refuse_foreign_layers
from ..polygons.layers import Origin
from ..polygons.source import CLASSES, CONFIDENCE, ClassSource
from ..polygons.trace import Rasters, trace_polygons
from ..raster.height_above_ground import open_heights
from ..raster.mosaic.inputs import refuse_among_files, with_mosaics

if TYPE_CHECKING:
    from ..polygons.geopackage import LayerTotal
    from ..process.reporter import Reporter
    from ..protocol import VectorizeJob
    from ..raster.height_above_ground import HeightReader

READ = {"classes": CLASSES, "confidence": CONFIDENCE, "dsm": "DSM", "dtm": "DTM"}
HEIGHTS_SHARE = 0.5  # fraction of the progress, if heights are given


def run(job: VectorizeJob, reporter: Reporter) -> None:
    """Trace `job.classes` and publish the polygons, `job.json` and `report.json`.

    In the folder of another kind of job the records are called `vectorize_job.json` and
    `vectorize_report.json`, so that the existing ones are kept (see `record_paths`).

    Raises:
        InputError: if a raster cannot be used.
        OutputError: if a destination cannot be written.
        JobCanceled: if the job was canceled.
    """
    refuse_unavailable(job)
    stopwatch = Stopwatch()
    output = Path(job.output)
    polygons = Path(job.polygons or output / "polygons.gpkg")
    finals = {"polygons": polygons, **export_paths(polygons, job), **record_paths(output, job.kind)}
    with Staging(output, [getattr(job, role) for role in READ]) as staging:
        staged = {
            role: staging.aside(final, is_named=role == "polygons" and bool(job.polygons))
            for role, final in finals.items()
        }
        if job.polygons:
            refuse_foreign_layers(polygons)
        mosaics = with_mosaics(job, staging.scratch, READ)
        refuse_among_files(mosaics, output)
        origin = Origin(run_id=run_id_of(job), source=Path(job.classes).name)
        destination = Destination(staged["polygons"], origin, Path(job.classes))
        totals = _trace(mosaics.job, destination, staging.scratch, stopwatch, reporter)
        export_layers(staged, job, Path(job.classes), reporter)
        write_job(staged["job"], job)
        results = {"polygons": {name: total.record() for name, total in totals.items()}}
        described = mosaics.described(job)
        report = compose_report(
            job,
            results,
            device="cpu",
            read={role: getattr(job, role) for role in READ if role not in described},
            inputs=described,
            stopwatch=stopwatch,
        )
        write_report(staged["report"], report)
        publish(staging, finals, reporter)
    for name, total in totals.items():
        reporter.metric(f"{name}_count", total.features)
        for field, size in total.sizes.items():
            reporter.metric(f"{name}_{field}", size)


class Destination(NamedTuple):
    """GeoPackage to write.

    Args:
        path: path of the new file.
        origin: job and source of the features.
        dated_by: file whose modification time is its date.
    """

    path: Path
    origin: Origin
    dated_by: Path


def _trace(
    job: VectorizeJob,
    destination: Destination,
    scratch: Path,
    stopwatch: Stopwatch,
    reporter: Reporter,
) -> dict[str, LayerTotal]:
    """Write the polygons of a job with single rasters; return the totals of each layer."""
    share = HEIGHTS_SHARE if job.dsm else 0.0
    with ExitStack() as opened:
        with stopwatch.stage("heights"):
            heights = _open_heights(job, scratch, reporter.span(0, share))
            if heights is not None:
                opened.enter_context(heights)
                _warn_of_heights(job, heights, reporter)
        _warn_of_nodata(job, reporter)
        with stopwatch.stage("trace"):
            confidence = Path(job.confidence) if job.confidence else None
            return trace_polygons(
                Rasters(Path(job.classes), confidence, heights, job.extent),
                destination.path,
                legend=job.legend,
                options=job,
                origin=destination.origin,
                scratch=scratch,
                reporter=reporter.span(share, 1),
                dated_by=destination.dated_by,
            )


def _open_heights(job: VectorizeJob, scratch: Path, reporter: Reporter) -> HeightReader | None:
    """Open the heights of the part to vectorize, or return None if none are given."""
    if not job.dsm:
        return None
    with ClassSource(job.classes, extent=job.extent) as source:
        progress = ground_progress(reporter)
        heights = open_heights(source.whole, job, scratch, progress, source.part)
        return heights.sub(source.part)


def _warn_of_nodata(job: VectorizeJob, reporter: Reporter) -> None:
    """Warn if the class raster declares a class as nodata."""
    with ClassSource(job.classes) as source:
        nodata = source.nodata
    hidden = [one.title for one in job.legend.classes if one.code == nodata]
    if hidden:
        reporter.warn(
            f"The class raster declares the code {nodata:.0f} as nodata, so {hidden[0]} gets no "
            "polygons: unset the nodata value, or add '|nodata=none' to the path, if it is meant."
        )


def _warn_of_heights(job: VectorizeJob, heights: HeightReader, reporter: Reporter) -> None:
    """Log notes and warnings about the heights of labeled pixels."""
    with ClassSource(job.classes, extent=job.extent) as source:
        grid = source.grid
        sample = sample_heights(heights, grid.height, grid.width, source.labeled)
    for note in unit_notes(heights):
        reporter.log("info", note)
    for remark in height_remarks(heights, *sample, grid.gsd_m):
        reporter.warn(remark)
