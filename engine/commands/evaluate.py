# SPDX-License-Identifier: GPL-2.0-or-later
"""Evaluate command: score a model on labeled scenes and write a report."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..datasets import contents_text, doubts_about_counts, placed, read_classes
from ..evaluate.accumulator import MetricAccumulator
from ..evaluate.page.compose import compose_page
from ..evaluate.page.pictures import Gallery
from ..evaluate.published.lookup import published_beside
from ..evaluate.records import evaluation_record, scene_record
from ..evaluate.scene_labeler import SceneLabeler
from ..evaluate.scenes import subject_of
from ..models.bundle import WEIGHTS_NAME, load_bundle
from ..models.store import find_model
from ..outputs.publishing import publish
from ..outputs.record_paths import record_paths
from ..outputs.report import Stopwatch, compose_report, write_job, write_report
from ..outputs.staging import Staging
from ..process.device import choose_device, describe_device
from ..protocol import InputError
from ..raster.opening import projected_grid

if TYPE_CHECKING:
    import numpy as np

    from ..datasets import LabeledScene
    from ..evaluate.scenes import Subject
    from ..models.bundle import Bundle
    from ..process.reporter import Reporter
    from ..protocol import EvaluateJob, Legend

LABELING_SHARE = 0.7  # fraction of a scene's progress
ANNOUNCED = ("overall_accuracy", "mean_f1", "mean_iou", "kappa")


@dataclass(frozen=True)
class _Evaluation:
    """Shared state of the steps of an evaluation."""

    job: EvaluateJob
    subject: Subject
    labeler: SceneLabeler
    accumulator: MetricAccumulator
    gallery: Gallery
    scratch: Path
    stopwatch: Stopwatch
    warnings: list[str] = field(default_factory=list)  # about the labels

    def warn(self, message: str, reporter: Reporter) -> None:
        """Report a warning about the labels once, and keep it for the report."""
        if message not in self.warnings:
            self.warnings.append(message)
            reporter.warn(message)


def run(job: EvaluateJob, reporter: Reporter) -> None:
    """Evaluate the model of `job`; publish report.html, report.json and job.json.

    Raises:
        InputError: if an input cannot be used.
        ModelError: if the model cannot be used.
        DeviceError: if the device cannot be used.
        OutputError: if a destination cannot be written.
        JobCanceled: if the job was canceled.
    """
    bundle = load_bundle(find_model(job.model))
    subject = subject_of(job, bundle.card.legend)
    finals = record_paths(Path(job.output), job.kind)
    finals["page"] = finals["report"].with_suffix(".html")
    with Staging(Path(job.output), subject.files.values()) as staging:
        staged = {role: staging.aside(final) for role, final in finals.items()}
        work = _Evaluation(
            job,
            subject,
            SceneLabeler(job, bundle, subject.legend),
            MetricAccumulator(subject.legend, subject.ignored, job.trimap_px),
            Gallery(subject.legend),
            staging.scratch,
            Stopwatch(),
        )
        report = _report(work, bundle, _score_all(work, reporter))
        write_job(staged["job"], job)
        write_report(staged["report"], report)
        page = compose_page(report, subject.legend, work.gallery)
        staged["page"].write_text(page, encoding="utf-8")
        publish(staging, finals, reporter)
    reporter.progress(1.0, "Done")
    for doubt in _doubts_about_counts(work):
        reporter.warn(doubt)
    _announce(report, subject.legend, reporter)


def _score_all(work: _Evaluation, reporter: Reporter) -> list[dict[str, Any]]:
    """Label and score all scenes; return their records."""
    count = len(work.subject.scenes)
    return [
        _score(work, scene, number, reporter.span(number / count, (number + 1) / count))
        for number, scene in enumerate(work.subject.scenes)
    ]


def _score(
    work: _Evaluation, found: LabeledScene, number: int, reporter: Reporter
) -> dict[str, Any]:
    scratch = work.scratch / str(number)
    scene = placed(found, scratch / "placed")
    grid = projected_grid(scene.image, "image")
    legend = work.subject.legend

    def warn(message: str) -> None:
        work.warn(message, reporter)

    with work.stopwatch.stage("truth"):
        truth = read_classes(scene.truth, grid, legend, warn)
        reporter.log("info", contents_text(truth, legend, scene.name))
        eroded = read_classes(scene.eroded, grid, legend, warn) if scene.eroded else None
    with work.stopwatch.stage("label"):
        labels = work.labeler.label(scene, scratch / "labels", reporter.span(0, LABELING_SHARE))
    reporter.progress(LABELING_SHARE, f"Scoring {scene.name}")
    with work.stopwatch.stage("score"):
        minimum_px = {
            "building": work.job.minimum_building_m2 / grid.pixel_area_m2,
            "car": work.job.minimum_car_m2 / grid.pixel_area_m2,
        }
        counts = work.accumulator.feed(
            truth, labels, eroded, minimum_px, reporter.raise_if_canceled
        )
    work.gallery.feed(scene.name, scene, truth, labels)
    return scene_record(
        scene.name, grid, counts, work.accumulator.ignored, is_eroded=work.job.eroded
    )


def _report(work: _Evaluation, bundle: Bundle, scenes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the content of report.json."""
    job, card = work.job, bundle.card
    counted = evaluation_record(work.accumulator, release_oa=job.release_oa)
    if counted["full"] is None:
        raise InputError("No pixel has a class that is scored: check the labels.")
    headline = "eroded" if job.eroded and counted["eroded"] else "full"
    like_papers = counted["eroded"] or counted["full"]
    results = {
        "model": {
            "name": card.name,
            "title": card.title,
            "architecture": card.architecture,
            "weights_sha256": card.weights_sha256,
        },
        "data": {
            "title": work.subject.title,
            "set": job.dataset,
            "split": job.split if job.dataset != "none" else "",
        },
        "headline": headline,
        "release_oa": job.release_oa and work.accumulator.ignored is not None,
        **counted,
        "published": published_beside(work.subject.title, card.architecture, like_papers)
        if job.paper
        else [],
        "scenes": scenes,
        "warnings": [
            *work.warnings,
            *work.labeler.warnings,
            *_doubts_about_counts(work),
            *doubts_about(counted[headline], work.subject.legend),
        ],
    }
    return compose_report(
        job,
        results,
        device=describe_device(choose_device(job.device), job.threads),
        read={**work.subject.files, "weights": bundle.folder / WEIGHTS_NAME},
        stopwatch=work.stopwatch,
    )


def _doubts_about_counts(work: _Evaluation) -> tuple[str, ...]:
    """Return warnings about scores from few pixels or a single class, as sentences."""
    scored = work.accumulator.full.counts.sum(axis=1) + work.accumulator.full.unlabeled
    if work.accumulator.ignored is not None:
        scored[work.accumulator.ignored] = 0
    legend = work.subject.legend
    return (*doubts_about_counts(scored, legend), *_doubts_about_one_class(scored, legend))


def _doubts_about_one_class(scored: np.ndarray, legend: Legend) -> tuple[str, ...]:
    """Return a warning if the labels have a single class, which hides false positives."""
    titles = [one.title for one, count in zip(legend.classes, scored, strict=True) if count]
    if len(titles) != 1 or len(legend) == 1:
        return ()
    return (
        f"Of all classes the labels have {titles[0].lower()} alone, so false positives are not "
        "counted, and precision and F1 look better than they are: label other classes too.",
    )


def _announce(report: dict[str, Any], legend: Legend, reporter: Reporter) -> None:
    scores = report[report["headline"]]
    numbers = {name: scores[name] for name in ANNOUNCED}
    numbers.update({f"f1_{one['name']}": one["f1"] for one in scores["classes"]})
    for name, value in numbers.items():
        if value is not None:
            reporter.metric(name, value)
    shown = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items())
    reporter.log("info", shown)
    for doubt in doubts_about(scores, legend):
        reporter.warn(doubt)


def doubts_about(scores: dict[str, Any], legend: Legend) -> tuple[str, ...]:
    """Return warnings about implausible scores, as sentences."""
    if (scores["kappa"] or 0) >= 0:
        return ()
    return (
        "The agreement of labels and model is worse than chance: check that the codes or colors of "
        f"the labels are {legend.coded_titles}, or state in label_values what they mean, and "
        "that labels and image show the same place.",
    )
