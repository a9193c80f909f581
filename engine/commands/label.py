# SPDX-License-Identifier: GPL-2.0-or-later
"""Label command: convert an image with heights to a class raster and polygons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..labeling.ground_progress import ground_progress
from ..labeling.label_journal import LabelJournal
from ..labeling.label_rasters import write_label_rasters
from ..labeling.labeler import Labeler, LabelingOptions
from ..labeling.remarks import area_remarks, scene_notes, scene_remarks
from ..labeling.scene_sample import sample_scene
from ..models.bundle import WEIGHTS_NAME, load_bundle
from ..models.store import find_model
from ..outputs.disk_room import with_room
from ..outputs.input_hashes import InputHashes
from ..outputs.paths import with_absolute_paths
from ..outputs.publishing import publish
from ..outputs.report import Stopwatch, compose_report, run_id_of, write_job, write_report
from ..outputs.staging import Staging
from ..outputs.staging_folder import clear_part
from ..polygons.exports import export_layers, export_paths, refuse_unavailable
from ..polygons.geopackage import refuse_foreign_layers
from ..polygons.layers import Origin
from ..polygons.trace import Rasters, trace_polygons
from ..process.device import choose_device, describe_device
from ..raster.normalize import measure_band_ranges
from ..raster.opening import projected_grid
from ..raster.reader import SceneSources, open_scene
from ..raster.source_states import raster_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..process.reporter import Reporter
    from ..protocol import LabelJob, Resolution
    from ..raster.grid import RasterGrid
    from ..raster.reader import SceneReader

    Result = TypeVar("Result")

RASTERS = ("image", "dsm", "dtm")
READ = (*RASTERS, "area")
BYTES_PER_PX = 2  # of the disk: finished blocks, class raster, confidence and polygons
SHARES = {"prepare": (0.0, 0.1), "label": (0.1, 0.85), "trace": (0.85, 1.0)}  # of the progress


@dataclass(frozen=True)
class _LabelRun:
    """Shared state of the steps of a label job."""

    job: LabelJob
    labeler: Labeler
    grid: RasterGrid
    resolution: Resolution
    staged: dict[str, Path]
    scratch: Path
    hashes: InputHashes
    journal: LabelJournal
    stopwatch: Stopwatch
    reporter: Reporter

    def with_room(self, step: Callable[..., Result], *given: object) -> Result:
        """Return the result of a step; if the disk is full, wait for space and repeat it."""
        needed_bytes = BYTES_PER_PX * self.grid.height * self.grid.width
        return with_room(lambda: step(self, *given), self.reporter, needed_bytes)


def run(job: LabelJob, reporter: Reporter) -> None:
    """Label `job.image` and publish the class raster, polygons, `job.json` and `report.json`.

    Finished blocks are kept in the output folder if the job is interrupted or fails, and the same
    job goes on from them.

    Raises:
        InputError: if an input cannot be used.
        ModelError: if the model cannot be used.
        DeviceError: if the device cannot be used.
        OutputError: if a destination cannot be written.
        JobCanceled: if the job was canceled.
    """
    if job.draw_polygons:
        refuse_unavailable(job)
    bundle = load_bundle(find_model(job.model))
    labeler = Labeler(bundle, LabelingOptions.from_job(job))
    grid = projected_grid(job.image, "image")
    resolution = labeler.resolution(grid)
    finals = _destinations(job)
    read = {role: getattr(job, role) for role in READ}
    hashes = InputHashes(
        {**read, "weights": bundle.folder / WEIGHTS_NAME},
        {role: raster_files(read[role]) for role in RASTERS},
    )
    journal = LabelJournal(with_absolute_paths(job), reporter.cancellation)
    with Staging(Path(job.output), read.values()) as staging, hashes, journal:
        work = _LabelRun(
            job,
            labeler,
            grid,
            resolution,
            _staged(job, finals, staging),
            staging.scratch,
            hashes,
            journal,
            Stopwatch(),
            reporter,
        )
        with work.with_room(_opened) as scene:
            work = replace(work, job=_with_band_ranges(work, scene))
            remarks = _log_remarks(work, scene)
            results: dict[str, Any] = {
                "grid": _describe_grid(scene, resolution),
                "classes": work.with_room(_label, scene),
                "polygons": work.with_room(_trace, scene),
            }
        remarks += _warn(area_remarks(results["classes"]), reporter)
        results["warnings"] = remarks
        work.with_room(_publish, results, staging, finals)
        journal.remove()
    _announce_numbers(results, reporter)


def _destinations(job: LabelJob) -> dict[str, Path]:
    """Return the final path of each output file, by role."""
    output = Path(job.output)
    finals = {"classes": Path(job.classes or output / "classes.tif")}
    if job.confidence:
        finals["confidence"] = Path(job.confidence)
    if job.draw_polygons:
        finals["polygons"] = Path(job.polygons or output / "polygons.gpkg")
        finals |= export_paths(finals["polygons"], job)
    return {**finals, "job": output / "job.json", "report": output / "report.json"}


def _staged(job: LabelJob, finals: Mapping[str, Path], staging: Staging) -> dict[str, Path]:
    """Return the path to write each output file to, by role."""
    staged = {
        role: staging.aside(final, is_named=bool(getattr(job, role, "")))
        for role, final in finals.items()
    }
    if job.draw_polygons and job.polygons:
        refuse_foreign_layers(finals["polygons"])
    if job.draw_polygons:  # tracing needs a confidence raster, at least in the scratch folder
        staged.setdefault("confidence", staging.scratch / "confidence.tif")
    return staged


def _opened(work: _LabelRun) -> SceneReader:
    """Open image and heights; estimate the ground if needed."""
    reporter = work.reporter.span(*SHARES["prepare"])
    reporter.progress(0.0, "Opening the rasters")
    with work.stopwatch.stage("open"):
        roles = work.labeler.bundle.card.roles
        sources = SceneSources.from_job(work.job, roles, work.labeler.reach_px(work.grid))
        return open_scene(sources, work.scratch, ground_progress(reporter))


def _with_band_ranges(work: _LabelRun, scene: SceneReader) -> LabelJob:
    """Return the job with measured band ranges, so that a rerun is identical."""
    if work.job.band_ranges:
        return work.job
    with work.stopwatch.stage("measure"):
        ranges = measure_band_ranges(scene.survey, work.labeler.bundle.card.normalization)
    return replace(work.job, band_ranges=ranges)


def _label(work: _LabelRun, scene: SceneReader) -> list[dict[str, Any]]:
    """Write the class raster and the confidence; return the area of each class."""
    with work.stopwatch.stage("label"):
        return write_label_rasters(
            work.job,
            work.labeler,
            scene,
            work.staged,
            work.journal,
            work.reporter.span(*SHARES["label"]),
        )


def _trace(work: _LabelRun, scene: SceneReader) -> dict[str, Any]:
    """Write the polygons; return the totals of each layer."""
    if not work.job.draw_polygons:
        return {}
    for role in (role for role in work.staged if role.startswith("polygons")):
        clear_part(work.staged[role])  # of an attempt that filled the disk
    with work.stopwatch.stage("trace"):
        totals = trace_polygons(
            Rasters(work.staged["classes"], work.staged["confidence"], scene.wanted_heights),
            work.staged["polygons"],
            legend=work.labeler.bundle.card.legend,
            options=work.job,
            origin=Origin(
                work.labeler.bundle.card.title, run_id_of(work.job), Path(work.job.image).name
            ),
            scratch=work.scratch,
            reporter=work.reporter.span(*SHARES["trace"]),
            dated_by=Path(work.job.image),
        )
        export_layers(work.staged, work.job, Path(work.job.image), work.reporter)
    return {name: total._asdict() for name, total in totals.items()}


def _publish(
    work: _LabelRun, results: dict[str, Any], staging: Staging, finals: Mapping[str, Path]
) -> None:
    """Write the records, and publish all results."""
    _write_records(work, results)
    publish(staging, finals, work.reporter)


def _write_records(work: _LabelRun, results: dict[str, Any]) -> None:
    """Write `job.json` and `report.json`."""
    write_job(work.staged["job"], work.job)
    with work.stopwatch.stage("hashing"):  # the remainder: hashing runs since the start
        inputs = work.hashes.wait(lambda: _await_hashes(work.reporter))
    changed = [each for each in work.hashes.remarks() if each not in results["warnings"]]
    results["warnings"] += _warn(changed, work.reporter)
    report = compose_report(
        work.job,
        results,
        device=describe_device(choose_device(work.job.device), work.job.threads),
        inputs=inputs,
        stopwatch=work.stopwatch,
    )
    write_report(work.staged["report"], report)


def _await_hashes(reporter: Reporter) -> None:
    reporter.raise_if_canceled()
    reporter.progress(SHARES["trace"][1], "Hashing the inputs")


def _log_remarks(work: _LabelRun, scene: SceneReader) -> list[str]:
    """Log notes and warnings about the scene before labeling; return the warnings."""
    resolution = work.resolution
    if resolution.remark and not resolution.is_doubtful:
        work.reporter.log("info", resolution.remark)
    sample = sample_scene(scene)
    for note in scene_notes(scene, sample):
        work.reporter.log("info", note)
    remarks = scene_remarks(scene, sample, work.labeler.bundle.card, resolution, work.job.halo_px)
    return _warn(remarks, work.reporter)


def _warn(remarks: list[str], reporter: Reporter) -> list[str]:
    """Report remarks as warnings, and return them."""
    for remark in remarks:
        reporter.warn(remark)
    return remarks


def _describe_grid(scene: SceneReader, resolution: Resolution) -> dict[str, Any]:
    grid = scene.wanted_grid
    return {
        "crs": grid.crs.to_string(),
        "width_px": grid.width,
        "height_px": grid.height,
        "gsd_m": round(grid.gsd_m, 6),
        "labeled_at_gsd_m": round(resolution.gsd_m, 6),
        "bands": dict(zip(scene.roles, scene.bands, strict=True)),
    }


def _announce_numbers(results: dict[str, Any], reporter: Reporter) -> None:
    reporter.metric("image_gsd_m", results["grid"]["gsd_m"])
    for row in results["classes"]:
        reporter.metric(f"{row['name']}_area_m2", row["area_m2"])
    for name, total in results["polygons"].items():
        reporter.metric(f"{name}_count", total["features"])
