# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare: several networks trained or loaded, then scored on the same part of a scene."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..architectures import count_parameters
from ..comparison.entrants import card_for, is_architecture, loaded
from ..comparison.measuring import labeling_job, measure
from ..comparison.split import extent_of, split_columns
from ..comparison.table import Line, as_csv, as_text
from ..comparison.training import recipe_of, train
from ..comparison.truth import read_truth
from ..evaluation import IGNORED
from ..models.bundle import WEIGHTS_NAME, load_network, save_bundle
from ..protocol import CARD_NAME, HEIGHT_ROLE, IMAGE_ROLES, ISPRS, InputError, row_named
from ..raster.normalize import measure_band_ranges
from ..raster.reader import SceneSources, open_scene
from ..runtime.device import choose_device, describe_device
from ..runtime.report import Stopwatch, compose_report, write_job, write_report
from ..runtime.staging import Staging
from ..training.network_input import NetworkInput
from ..training.scene_patches import ScenePatches
from .ground_progress import ground_progress
from .publishing import publish

if TYPE_CHECKING:
    import numpy as np

    from ..comparison.split import Split
    from ..models.bundle import Bundle
    from ..protocol import CompareJob
    from ..raster.reader import SceneReader
    from ..runtime.reporter import Reporter

READ = ("image", "dsm", "dtm", "labels")
PREPARE_SHARE = 0.05  # of the progress
TRAIN_SHARE = 0.8  # of the progress of a network that is trained


@dataclass(frozen=True)
class _Work:
    """What every step of a comparison needs."""

    job: CompareJob
    scene: SceneReader
    truth: np.ndarray
    split: Split
    bundles: dict[str, Bundle]
    staging: Staging


def run(job: CompareJob, reporter: Reporter) -> None:
    """Compare the networks of `job`; leave the table, the trained models and all labels.

    Raises:
        InputError: an input cannot be used.
        ModelError: a model cannot be used.
        DeviceError: the device cannot be used.
        OutputError: a destination cannot be written.
        EngineError: a network could not label.
        JobCanceled: somebody asked the job to stop.
    """
    bundles = loaded(job)
    finals = _destinations(job)
    stopwatch = Stopwatch()
    with Staging(Path(job.output), [getattr(job, role) for role in READ]) as staging:
        staged = {role: staging.aside(final) for role, final in finals.items()}
        reporter.progress(0.0, "Opening the rasters")
        with _opened(job, staging.scratch, reporter) as scene:
            truth = read_truth(job.labels, scene.grid, ISPRS)
            split = split_columns(*truth.shape, job.test_fraction)
            work = _Work(job, scene, truth, split, bundles, staging)
            _check_parts(work)
            records = _compare(work, staged, reporter.span(PREPARE_SHARE, 1.0))
        staged["table"].write_text(as_csv(records), encoding="utf-8")
        _write_records(job, staged, records, stopwatch)
        publish(staging, finals, reporter)
    reporter.log("info", as_text(records, ISPRS))


def _destinations(job: CompareJob) -> dict[str, Path]:
    """Return the final path of each file the job leaves, by role."""
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
    labeling = labeling_job(job, "", scratch, scratch, (0, 0, 1, 1))
    sources = SceneSources.from_job(labeling, roles, reach_px=None)
    whole = SceneSources(**{**vars(sources), "extent": None})
    return open_scene(whole, scratch, ground_progress(reporter.span(0.0, PREPARE_SHARE)))


def _check_parts(work: _Work) -> None:
    """Refuse a scene whose parts teach or tell nothing, before hours are spent on it."""
    for part, what in zip(work.split, ("left, to learn from", "right, to be scored"), strict=True):
        if (work.truth[part.slices] == IGNORED).all():
            raise InputError(
                f"The labels know nothing in the part on the {what}: choose another "
                "test_fraction, or labels that cover the image."
            )
    part = work.split.training
    for name in filter(is_architecture, work.job.architectures):
        edge_px = recipe_of(card_for(name, work.job, work.scene.grid.gsd_m), work.job).patch_px
        if min(part.height, part.width) < edge_px:
            raise InputError(
                f"The part to learn from has {part.width} x {part.height} px, less than a patch "
                f"of {edge_px} px, which '{name}' needs: choose a smaller patch_px or "
                "test_fraction, or a larger scene."
            )


def _compare(work: _Work, staged: dict[str, Path], reporter: Reporter) -> list[dict[str, Any]]:
    """Return the record of each network, the best first."""
    names = work.job.architectures
    lines = []
    for number, name in enumerate(names):
        part = reporter.span(number / len(names), (number + 1) / len(names))
        lines.append(_enter(work, name, staged, part))
    lines.sort(key=lambda line: -line.scores.mean_f1)
    return [line.record(ISPRS) for line in lines]


def _enter(work: _Work, name: str, staged: dict[str, Path], reporter: Reporter) -> Line:
    """Train or load one network, let it label, and score it."""
    stem = Path(name).name
    bundle, training_s = work.bundles.get(name), 0.0
    labeling = reporter
    if bundle is None:
        start_s = time.monotonic()
        bundle = _train(work, name, reporter.span(0.0, TRAIN_SHARE))
        training_s = time.monotonic() - start_s
        labeling = reporter.span(TRAIN_SHARE, 1.0)
    parameters = count_parameters(load_network(bundle))
    job = labeling_job(
        work.job,
        bundle.folder,
        work.staging.scratch / f"labels_{stem}",
        staged[f"classes_{stem}"],
        extent_of(work.scene.grid, work.split.test),
    )
    test = work.split.test
    measured = measure(job, work.truth[test.slices], work.scene.grid.sub(test), labeling)
    if is_architecture(name):
        (bundle.folder / WEIGHTS_NAME).replace(staged[f"weights_{stem}"])
        (bundle.folder / CARD_NAME).replace(staged[f"card_{stem}"])
    return Line(
        name=stem,
        was_trained=is_architecture(name),
        parameters=parameters,
        scores=measured.scores,
        mpx_per_s=measured.mpx_per_s,
        peak_memory_mb=measured.peak_memory_mb,
        training_s=training_s,
    )


def _train(work: _Work, name: str, reporter: Reporter) -> Bundle:
    """Return the model of an architecture, trained, in the scratch folder."""
    card = card_for(name, work.job, work.scene.grid.gsd_m)
    pretrained = row_named(name).pretrained
    if pretrained:
        reporter.warn(
            f"{card.title} is meant to start from {pretrained} weights and starts from random "
            "ones here: expect less than its paper reports."
        )
    ranges = measure_band_ranges(work.scene.survey, card.normalization)
    patches = ScenePatches(
        NetworkInput(work.scene, card.normalization, ranges), work.truth, work.split.training
    )
    network = train(card, work.job, patches, reporter)
    return save_bundle(work.staging.scratch / f"model_{name}", card, network)


def _write_records(
    job: CompareJob, staged: dict[str, Path], records: list[dict[str, Any]], stopwatch: Stopwatch
) -> None:
    write_job(staged["job"], job)
    report = compose_report(
        job,
        {"networks": records},
        device=describe_device(choose_device(job.device)),
        read={role: getattr(job, role) for role in READ},
        stopwatch=stopwatch,
    )
    write_report(staged["report"], report)
