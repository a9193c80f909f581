# SPDX-License-Identifier: GPL-2.0-or-later
"""Finetune command: improve a model with a few drawn polygons, and prove whether it is better."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ..finetune.proof.page.chips import chip_windows, draw_chips, most_changed
from ..finetune.proof.page.compose import compose_page
from ..finetune.run.checkpoint import FinetuneCheckpoint, identity_of
from ..finetune.run.clock import Clock
from ..finetune.run.conclusion import concluded
from ..finetune.run.early_end import EarlyEnd
from ..finetune.run.lineage import finished_card, new_card
from ..finetune.run.plan import cut_sentence, fitting_plan, limit_s, wanted_plan
from ..finetune.run.preparing import measure_costs, prepare_task, read_all_labels
from ..finetune.run.progress import FinetuneProgress, counts_as_list
from ..finetune.run.scenes import files_of, open_scenes
from ..finetune.run.trainings import Trainings
from ..finetune.run.watch import Watch
from ..finetune.tuning import check_trainable
from ..models.bundle import WEIGHTS_NAME, load_bundle, save_bundle
from ..models.store import find_model
from ..outputs.destination import writing
from ..outputs.input_hashes import InputHashes
from ..outputs.output_folder import check_model_folder
from ..outputs.publishing import publish
from ..outputs.record_paths import record_paths
from ..outputs.report import Stopwatch, compose_report, write_job, write_report
from ..outputs.staging import Staging
from ..process.device import available_threads, choose_device, describe_device
from ..protocol import CARD_NAME, finetune_report_to_values
from ..training.processes import Processes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from ..finetune.run.preparing import Labels
    from ..finetune.run.scenes import OpenScene
    from ..finetune.run.task import FinetuneTask
    from ..models.bundle import Bundle
    from ..process.reporter import Reporter
    from ..protocol import FinetuneJob, FinetuneReport, ModelCard

OPENED, TRAINED = 0.05, 0.9  # progress when the labels are read, and when training is done


@dataclass(frozen=True)
class _FinetuneRun:
    """Shared state of the steps of a fine-tuning."""

    job: FinetuneJob
    start: Bundle
    card: ModelCard
    processes: Processes
    threads: int
    staging: Staging
    hashes: InputHashes
    clock: Clock
    early_end: EarlyEnd
    stopwatch: Stopwatch
    reporter: Reporter

    @property
    def is_preview(self) -> bool:
        """Whether the run is quick and not judged."""
        return self.job.budget == "preview"


@dataclass(frozen=True)
class _Trained:
    """Result of the trainings; the network is None if nothing is gained."""

    network: nn.Module | None
    trainings: Trainings
    progress: FinetuneProgress
    file: FinetuneCheckpoint


def run(job: FinetuneJob, reporter: Reporter) -> None:
    """Fine-tune the model of `job` and publish it with its verdict.

    The folder gets the model, job.json, report.json and report.html. A checkpoint is written during
    training. It is kept if the job is canceled or killed, and the same job resumes from it.

    Raises:
        InputError: if an input cannot be used.
        ModelError: if the model to start from cannot be used.
        JobError: if another run uses the folder, or a new class cannot be added.
        DeviceError: if the device cannot be used.
        EngineError: if the training diverged.
        OutputError: if a destination cannot be written.
        JobCanceled: if the job was canceled.
    """
    clock, job = Clock(limit_s(job)), job.placed()
    start = load_bundle(find_model(job.start))
    check_trainable(start.card)
    card = new_card(job, start.card)
    processes = Processes(device=choose_device(job.device))
    threads = job.threads or available_threads()
    torch.set_num_threads(threads)
    folder = Path(job.output)
    check_model_folder(folder, reporter)
    read = {**files_of(job.scenes), "start": str(start.folder / WEIGHTS_NAME)}
    finals = _finals(job)
    with ExitStack() as files:
        staging = files.enter_context(Staging(folder, read.values()))
        hashes = files.enter_context(InputHashes(read))
        staged = {role: staging.aside(final) for role, final in finals.items()}
        early_end = EarlyEnd(folder, reporter)
        work = _FinetuneRun(
            job,
            start,
            card,
            processes,
            threads,
            staging,
            hashes,
            clock,
            early_end,
            Stopwatch(),
            reporter,
        )
        scenes, labels = _opened(work, files)
        with work.stopwatch.stage("prepare"):
            reporter.progress(OPENED, "Loading the model")
            task = prepare_task(job, scenes, labels, start, card, processes, threads, reporter)
        trained = _trained(work, task, labels)
        _finish(work, task, labels, trained, staged)
        publish(staging, finals, reporter)
        trained.file.remove()
        early_end.forget()


def _finals(job: FinetuneJob) -> dict[str, Path]:
    """Return the final path of each output file, by role; the card comes last."""
    output = Path(job.output)
    records = record_paths(output, job.kind)
    page = records["report"].with_suffix(".html")
    card = {"card": output / CARD_NAME}
    return {"weights": output / WEIGHTS_NAME, **records, "page": page, **card}


def _opened(work: _FinetuneRun, files: ExitStack) -> tuple[tuple[OpenScene, ...], Labels]:
    """Open the scenes and read their labels."""
    reporter = work.reporter.span(0.0, OPENED)
    reporter.progress(0.0, "Opening the rasters")
    with work.stopwatch.stage("open"):
        scenes = open_scenes(
            work.job.scenes, work.start.card, work.staging.scratch, files, reporter
        )
        reporter.progress(1.0, "Reading the labels")
        return scenes, read_all_labels(work.job, scenes, work.card.legend, work.reporter)


def _trained(work: _FinetuneRun, task: FinetuneTask, labels: Labels) -> _Trained:
    """Plan or resume the trainings, and run them."""
    job, reporter = work.job, work.reporter
    identity = identity_of(job, labels.polygons, work.start.card.weights_sha256)
    file = FinetuneCheckpoint(work.staging.folder, identity)
    if job.fresh:
        file.remove()
    resumed, why_not = file.load()
    if why_not:
        reporter.log("info", why_not)
    if resumed is None:
        progress = _planned(work, task, labels)
        tensors: Mapping[str, Any] = {}
    else:
        progress, tensors = resumed
        work.clock.add(progress.seconds)
        done, steps = progress.done, progress.plan.all_steps
        reporter.log("info", f"Resuming after step {done} of {steps}.")
        progress.ended = ""
    alphas = len(task.alphas)
    span = reporter.span(OPENED, TRAINED)
    watch = Watch(progress, work.clock, work.early_end, alphas, span)
    trainings = Trainings(task, progress, watch, file, job.checkpoint_s, tensors)
    if not work.is_preview:
        reporter.metric("base_score", trainings.base_score())
    with work.stopwatch.stage("train"):
        network = trainings.train()
    return _Trained(network, trainings, progress, file)


def _planned(work: _FinetuneRun, task: FinetuneTask, labels: Labels) -> FinetuneProgress:
    """Measure two steps, plan the trainings and announce the plan."""
    work.reporter.progress(OPENED, "Measuring two steps")
    with work.stopwatch.stage("measure"):
        costs, before = measure_costs(task, is_judged=not work.is_preview)
    wanted = wanted_plan(
        work.job, task.recipe, len(labels.polygons), int(labels.folds.max(initial=0)) + 1
    )
    is_fixed = bool(work.job.steps)
    plan = wanted
    if not is_fixed:
        plan = fitting_plan(wanted, costs, len(task.alphas), work.clock.left_s)
    if plan.steps < wanted.steps:
        work.reporter.warn(cut_sentence(plan, wanted))
    work.reporter.log("info", plan.sentence(plan.seconds(costs, len(task.alphas))))
    return FinetuneProgress(plan, wanted, is_fixed, costs, counts_as_list(before))


def _finish(
    work: _FinetuneRun,
    task: FinetuneTask,
    labels: Labels,
    trained: _Trained,
    staged: Mapping[str, Path],
) -> None:
    """Judge the new model, and write it with its records."""
    work.reporter.progress(TRAINED, "Comparing the models")
    with work.stopwatch.stage("judge"):
        network, report = concluded(
            task,
            labels,
            work.start.card,
            trained.trainings,
            trained.progress,
            trained.network,
            is_preview=work.is_preview,
        )
    inputs = work.hashes.wait(work.reporter.raise_if_canceled)
    for remark in work.hashes.remarks():
        work.reporter.warn(remark)
    card = _write_model(work, trained, network, report, inputs, staged)
    _write_records(work, trained.progress, report, inputs, staged)
    with writing(staged["page"]):
        staged["page"].write_text(_page(task, network, card, report), encoding="utf-8")
    work.reporter.log("info", report.sentence)


def _write_model(
    work: _FinetuneRun,
    trained: _Trained,
    network: nn.Module,
    report: FinetuneReport,
    inputs: Mapping[str, Any],
    staged: Mapping[str, Path],
) -> ModelCard:
    """Write the weights and the card, and return the card."""
    job, start = work.job, work.start.card
    drawn = {role: entry["sha256"] for role, entry in inputs.items() if role.startswith("labels")}
    facts = {
        "scenes": ", ".join(Path(scene.image).name for scene in job.scenes),
        "labels": ", ".join(f"{role}, sha256 {digest}" for role, digest in drawn.items()),
        "device": describe_device(work.processes.device, work.threads),
    }
    card = finished_card(work.card, job, start, trained.progress, report, facts)
    bundle = save_bundle(work.staging.scratch, card, network)
    (bundle.folder / WEIGHTS_NAME).replace(staged["weights"])
    (bundle.folder / CARD_NAME).replace(staged["card"])
    return bundle.card


def _page(task: FinetuneTask, network: nn.Module, card: ModelCard, report: FinetuneReport) -> str:
    """Return report.html, with pictures of the polygons that changed most."""
    changes = most_changed(report)
    windows = chip_windows(changes, task.polygons, task.scenes, card.legend)
    maps = task.codes(task.base, windows), task.codes(network, windows)
    chips = draw_chips(changes, task.polygons, task.scenes, *maps, card.legend)
    return compose_page(report, card.title, card.legend, chips, card.provenance)


def _write_records(
    work: _FinetuneRun,
    progress: FinetuneProgress,
    report: FinetuneReport,
    inputs: Mapping[str, Any],
    staged: Mapping[str, Path],
) -> None:
    """Write job.json and report.json; the job has the steps if they were cut."""
    plan, job = progress.plan, work.job
    if plan.is_cut:
        job = replace(job, steps=plan.steps, fold_steps=plan.fold_steps, folds=plan.folds)
    write_job(staged["job"], job)
    results = {"finetuning": finetune_report_to_values(report)}
    device = describe_device(work.processes.device, work.threads)
    content = compose_report(job, results, device=device, inputs=inputs, stopwatch=work.stopwatch)
    write_report(staged["report"], content)
