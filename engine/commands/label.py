# SPDX-License-Identifier: GPL-2.0-or-later
"""Label command: convert an image with heights to a class raster and polygons."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..labeling.ground_progress import ground_progress
from ..labeling.label_identity import identity_of
from ..labeling.label_journal import LabelJournal
from ..labeling.label_rasters import write_label_rasters
from ..labeling.labeler import Labeler, LabelingOptions
from ..labeling.remarks import area_remarks, scene_notes, scene_remarks
from ..labeling.scene_sample import sample_scene
from ..labeling.zone_areas import ZoneAreas, write_zone_table
from ..models.bundle import WEIGHTS_NAME, load_bundle
from ..models.store import find_model
from ..outputs.input_hashes import InputHashes
from ..outputs.paths import with_absolute_paths
from ..outputs.publishing import publish
from ..outputs.record_paths import record_paths
from ..outputs.report import Stopwatch, compose_report, run_id_of, write_job, write_report
from ..outputs.staging import Staging
from ..outputs.staging_folder import clear_part
from ..polygons.exports import export_layers, export_paths, refuse_unavailable
from ..polygons.geopackage import refuse_foreign_layers
from ..polygons.layers import Origin
from ..polygons.trace import Rasters, trace_polygons
from ..process.device import choose_device, describe_device
from ..protocol import unread_dsm_remark
from ..raster.mosaic.inputs import refuse_among_files, with_mosaics
from ..raster.normalize import measure_band_ranges
from ..raster.opening import projected_grid
from ..raster.reader import SceneSources, open_scene
from ..raster.source_states import raster_files
from ..raster.zones import Zones
from ..scale.start import parts_labeler
from .label_run import SHARES, LabelRun, warn_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..process.reporter import Reporter
    from ..protocol import LabelJob, Resolution
    from ..raster.mosaic.inputs import JobMosaics
    from ..raster.reader import SceneReader

RASTERS = ("image", "dsm", "dtm")
READ = (*RASTERS, "area", "zones")


def run(job: LabelJob, reporter: Reporter) -> None:
    """Label `job.image` and publish the class raster, polygons, `job.json` and `report.json`.

    In the folder of another kind of job, such as a generated scene, the records are called
    `label_job.json` and `label_report.json`, so that the existing ones are kept.

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
    finals = _destinations(job)
    read = {role: getattr(job, role) for role in READ}
    journal = LabelJournal(with_absolute_paths(job), reporter.cancellation)
    with Staging(Path(job.output), read.values()) as staging, journal, ExitStack() as opened:
        mosaics = with_mosaics(job, staging.scratch)
        refuse_among_files(mosaics, Path(job.output))
        hashes = opened.enter_context(_hashes(labeler, read, mosaics))
        work = LabelRun(
            job,
            mosaics.job,
            labeler,
            projected_grid(mosaics.job.image, "image"),
            opened.enter_context(parts_labeler(job, labeler, mosaics, reporter)),
            _staged(job, finals, staging),
            staging.scratch,
            hashes,
            mosaics.described(job),
            journal,
            Stopwatch(),
            reporter,
        )
        work, results = _results(work)
        work.with_room(_publish, results, staging, finals)
        journal.remove()
        if work.parts is not None:
            work.parts.remove_parts()
    _announce_numbers(results, reporter)


def _hashes(
    labeler: Labeler, read: Mapping[str, str], mosaics: JobMosaics[LabelJob]
) -> InputHashes:
    """Return the hashes of all inputs but mosaics, whose files are too many to be hashed."""
    single = {role: path for role, path in read.items() if role not in mosaics.of_role}
    return InputHashes(
        {**single, "weights": labeler.bundle.folder / WEIGHTS_NAME},
        {role: raster_files(single[role]) for role in RASTERS if role in single},
    )


def _results(work: LabelRun) -> tuple[LabelRun, dict[str, Any]]:
    """Label and trace; return the run with measured band ranges, and the entries of its report."""
    with work.with_room(_opened) as scene:
        work = replace(work, job=_with_band_ranges(work, scene))
        remarks = _log_remarks(work, scene)
        results: dict[str, Any] = {
            "grid": _describe_grid(scene, work.resolution),
            **work.with_room(_label, scene),
            "polygons": work.with_room(_trace, scene),
        }
    if work.parts is not None:
        results["parts"] = work.parts.summary()
    remarks += warn_all(area_remarks(results["classes"]), work.reporter)
    return work, {**results, "warnings": remarks}


def _destinations(job: LabelJob) -> dict[str, Path]:
    """Return the final path of each output file, by role."""
    output = Path(job.output)
    finals = {"classes": Path(job.classes or output / "classes.tif")}
    if job.confidence:
        finals["confidence"] = Path(job.confidence)
    if job.draw_polygons:
        finals["polygons"] = Path(job.polygons or output / "polygons.gpkg")
        finals |= export_paths(finals["polygons"], job)
    if job.zones:
        finals["zone_table"] = output / "zones.csv"
    return {**finals, **record_paths(output, job.kind)}


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


def _opened(work: LabelRun) -> SceneReader:
    """Open image and heights; estimate the ground if needed."""
    reporter = work.reporter.span(*SHARES["prepare"])
    reporter.progress(0.0, "Opening the rasters")
    with work.stopwatch.stage("open"):
        roles = work.labeler.bundle.card.roles
        sources = SceneSources.from_job(work.sources, roles, work.labeler.reach_px(work.grid))
        if work.parts is not None:
            sources = work.parts.with_ground(sources, reporter)
        return open_scene(sources, work.scratch, ground_progress(reporter))


def _with_band_ranges(work: LabelRun, scene: SceneReader) -> LabelJob:
    """Return the job with measured band ranges, so that a rerun is identical."""
    if work.job.band_ranges:
        return work.job
    with work.stopwatch.stage("measure"):
        ranges = measure_band_ranges(scene.survey, work.labeler.bundle.card.normalization)
    return replace(work.job, band_ranges=ranges)


def _label(work: LabelRun, scene: SceneReader) -> dict[str, Any]:
    """Write the class raster and the confidence; return the areas of classes and zones."""
    card, zones = work.labeler.bundle.card, _zone_areas(work, scene)
    with_confidence = "confidence" in work.staged
    states = {role: [entry["listing_sha256"]] for role, entry in work.mosaics.items()}
    identity = identity_of(work.job, scene, card, states, with_confidence=with_confidence)
    with work.stopwatch.stage("label"):
        areas = write_label_rasters(
            work.job,
            work.parts or work.labeler,
            scene,
            work.staged,
            None if work.parts else (work.journal, identity),
            work.reporter.span(*SHARES["label"]),
            legend=card.legend,
            zones=zones,
        )
    if zones is None:
        return {"classes": areas}
    write_zone_table(work.staged["zone_table"], zones.rows)
    return {"classes": areas, "zones": zones.rows}


def _zone_areas(work: LabelRun, scene: SceneReader) -> ZoneAreas | None:
    if not work.job.zones:
        return None
    grid = scene.wanted_grid
    zones = Zones(work.job.zones, work.job.zone_field, grid)
    warn_all(list(zones.remarks), work.reporter)
    return ZoneAreas(zones, work.labeler.bundle.card.legend, grid.pixel_area_m2)


def _trace(work: LabelRun, scene: SceneReader) -> dict[str, Any]:
    """Write the polygons; return the totals of each layer."""
    if not work.job.draw_polygons:
        return {}
    for role in (role for role in work.staged if role.startswith("polygons")):
        clear_part(work.staged[role])  # of an attempt that filled the disk
    with work.stopwatch.stage("trace"), ExitStack() as opened:
        helped: dict[str, Any] = {"scratch": work.scratch}
        if work.parts is not None:
            outliner = opened.enter_context(work.parts.outliner(scene))
            helped = {"scratch": outliner.folder, "outliner": outliner}
        totals = trace_polygons(
            Rasters(work.staged["classes"], work.staged["confidence"], scene.wanted_heights),
            work.staged["polygons"],
            legend=work.labeler.bundle.card.legend,
            options=work.job,
            origin=Origin(
                work.labeler.bundle.card.title, run_id_of(work.job), Path(work.job.image).name
            ),
            reporter=work.reporter.span(*SHARES["trace"]),
            dated_by=Path(work.job.image),
            **helped,
        )
        export_layers(work.staged, work.job, Path(work.job.image), work.reporter)
    return {name: total.record() for name, total in totals.items()}


def _publish(
    work: LabelRun, results: dict[str, Any], staging: Staging, finals: Mapping[str, Path]
) -> None:
    """Write the records, and publish all results."""
    _write_records(work, results)
    publish(staging, finals, work.reporter)


def _write_records(work: LabelRun, results: dict[str, Any]) -> None:
    """Write `job.json` and `report.json`."""
    write_job(work.staged["job"], work.job)
    with work.stopwatch.stage("hashing"):  # the remainder: hashing runs since the start
        inputs = work.hashes.wait(lambda: _await_hashes(work.reporter))
    changed = [each for each in work.hashes.remarks() if each not in results["warnings"]]
    results["warnings"] += warn_all(changed, work.reporter)
    report = compose_report(
        work.job,
        results,
        device=describe_device(choose_device(work.job.device), work.job.threads),
        inputs={**inputs, **work.mosaics},
        stopwatch=work.stopwatch,
    )
    write_report(work.staged["report"], report)


def _await_hashes(reporter: Reporter) -> None:
    reporter.raise_if_canceled()
    reporter.progress(SHARES["trace"][1], "Hashing the inputs")


def _log_remarks(work: LabelRun, scene: SceneReader) -> list[str]:
    """Log notes and warnings about the scene before labeling; return the warnings."""
    resolution = work.resolution
    if resolution.remark and not resolution.is_doubtful:
        work.reporter.log("info", resolution.remark)
    sample = sample_scene(scene)
    for note in scene_notes(scene, sample):
        work.reporter.log("info", note)
    card = work.labeler.bundle.card
    remarks = scene_remarks(scene, sample, card, resolution, work.job.halo_px)
    unread = unread_dsm_remark(card, work.job.dsm)
    return warn_all([*remarks, unread] if unread else remarks, work.reporter)


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
