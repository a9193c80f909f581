# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare command: train or load several networks and score them on the same part of a scene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..comparison.candidates import is_architecture, loaded
from ..comparison.compare import Comparison, check_parts, compare
from ..comparison.split import split_for
from ..comparison.table import as_csv, as_text
from ..datasets import contents_text, read_classes, truth_in
from ..datasets.split import BLOCKS
from ..labeling.ground_progress import ground_progress
from ..labeling.remarks import warn_of_inputs
from ..models.bundle import WEIGHTS_NAME
from ..outputs.publishing import publish
from ..outputs.report import Stopwatch, compose_report, write_job, write_report
from ..outputs.staging import Staging
from ..process.device import choose_device, describe_device
from ..protocol import CARD_NAME, HEIGHT_ROLE, IMAGE_ROLES, ISPRS
from ..raster.mosaic.inputs import refuse_among_files, with_mosaics
from ..raster.reader import SceneSources, open_scene

if TYPE_CHECKING:
    from ..datasets.split import Split
    from ..process.reporter import Reporter
    from ..protocol import CompareJob
    from ..raster.reader import SceneReader

READ = ("image", "dsm", "dtm", "labels")
CAVEAT = (
    "Every architecture was trained for the same few steps on this one scene: the table ranks them "
    "for this budget only, and does not reproduce their papers."
)
PREPARE_SHARE = 0.05  # fraction of the progress


def run(job: CompareJob, reporter: Reporter) -> None:
    """Compare the networks of `job`; publish the table, the trained models and all labels.

    Raises:
        InputError: if an input cannot be used.
        ModelError: if a model cannot be used.
        DeviceError: if the device cannot be used.
        OutputError: if a destination cannot be written.
        EngineError: if a network could not label the scene.
        JobCanceled: if the job was canceled.
    """
    bundles = loaded(job)
    finals = _destinations(job)
    stopwatch = Stopwatch()
    with Staging(Path(job.output), [getattr(job, role) for role in READ]) as staging:
        staged = {role: staging.aside(final) for role, final in finals.items()}
        reporter.progress(0.0, "Opening the rasters")
        mosaics = with_mosaics(job, staging.scratch)
        refuse_among_files(mosaics, Path(job.output))
        with _opened(mosaics.job, staging.scratch, reporter) as scene:
            warn_of_inputs(scene, reporter)
            labels = truth_in(job.labels, job.class_field, job.label_values)
            truth = read_classes(labels, scene.grid, ISPRS, reporter.warn)
            split = split_for(job, truth, scene.grid)
            comparison = Comparison(job, scene, truth, split, bundles, staging.scratch)
            reporter.log("info", contents_text(truth, ISPRS))
            check_parts(comparison, reporter)
            records = compare(comparison, staged, reporter.span(PREPARE_SHARE, 1.0))
        staged["table"].write_text(as_csv(records), encoding="utf-8")
        results = {"networks": records, "held_out": _described(split)}
        _write_records(job, staged, results, mosaics.described(job), stopwatch)
        publish(staging, finals, reporter)
    reporter.log("info", as_text(records, ISPRS))
    if any(record["trained_here"] for record in records):
        reporter.log("info", CAVEAT)


def _destinations(job: CompareJob) -> dict[str, Path]:
    """Return the final path of each output file, by role."""
    output = Path(job.output)
    finals = {"table": output / "comparison.csv"}
    for name in job.architectures:
        stem = Path(name).name
        finals[f"classes_{stem}"] = output / f"{stem}.tif"
        if is_architecture(name):
            finals[f"weights_{stem}"] = output / "models" / stem / WEIGHTS_NAME
            finals[f"card_{stem}"] = output / "models" / stem / CARD_NAME
    return {**finals, "job": output / "job.json", "report": output / "report.json"}


def _opened(job: CompareJob, scratch: Path, reporter: Reporter) -> SceneReader:
    roles = (*IMAGE_ROLES, HEIGHT_ROLE) if job.dsm else IMAGE_ROLES
    whole = SceneSources.from_input(job, roles)
    return open_scene(whole, scratch, ground_progress(reporter.span(0.0, PREPARE_SHARE)))


def _described(split: Split) -> dict[str, Any]:
    """Return the held-out part of the image, which is scored and not used in training."""
    described = {"side": split.side, **split.bounds._asdict()}
    if split.side == BLOCKS:
        described["blocks"] = [window._asdict() for window in split.held_out]
    return described


def _write_records(
    job: CompareJob,
    staged: dict[str, Path],
    results: dict[str, Any],
    mosaics: dict[str, dict[str, Any]],
    stopwatch: Stopwatch,
) -> None:
    write_job(staged["job"], job)
    report = compose_report(
        job,
        results,
        device=describe_device(choose_device(job.device), job.threads),
        read={role: getattr(job, role) for role in READ if role not in mosaics},
        inputs=mosaics,
        stopwatch=stopwatch,
    )
    write_report(staged["report"], report)
