# SPDX-License-Identifier: GPL-2.0-or-later
"""Train command: train a model on labeled scenes."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from ..labeling.ground_progress import ground_progress
from ..labeling.remarks import warn_of_inputs
from ..models.bundle import WEIGHTS_NAME, load_network, save_bundle
from ..outputs.input_hashes import InputHashes
from ..outputs.output_folder import check_model_folder
from ..outputs.publishing import publish
from ..outputs.record_paths import record_paths
from ..outputs.report import Stopwatch, compose_report, write_job, write_report
from ..outputs.staging import Staging
from ..process.device import available_threads, choose_device, describe_device
from ..process.reporter import SilentReporter
from ..protocol import CARD_NAME
from ..training.batches import Batches
from ..training.forward import Means
from ..training.processes import joined
from ..training.scoring import card_scores, score_names
from ..training.trainer.checkpoint import CheckpointFile
from ..training.trainer.curve_file import CurveFile
from ..training.trainer.finish import finish_network
from ..training.trainer.held_out_part import held_out_key, held_out_text, held_out_windows
from ..training.trainer.loop import RunContext, Trained, TrainingRun
from ..training.trainer.model import described, target_of
from ..training.trainer.precision import is_half_precise
from ..training.trainer.run_log import RunLog
from ..training.trainer.setup import open_training_scenes, prepare
from ..training.trainer.training_scenes import sources_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..process.reporter import Reporter
    from ..protocol import TrainJob
    from ..training.processes import Processes
    from ..training.trainer.model import TrainingTarget
    from ..training.trainer.setup import RunSetup
    from ..training.trainer.training_scenes import Source

LOGS = "logs"
OPENED, TRAINED = 0.03, 0.97  # progress when scenes are open, and when training is done


@dataclass(frozen=True)
class _TrainRun:
    """Shared state of the steps of a training run."""

    job: TrainJob
    target: TrainingTarget
    sources: tuple[Source, ...]
    processes: Processes
    threads: int
    staging: Staging
    hashes: InputHashes
    stopwatch: Stopwatch
    reporter: Reporter

    def file(self, prepared: RunSetup) -> CheckpointFile:
        """Return the checkpoint file."""
        return CheckpointFile(
            self.staging.folder,
            self.job,
            self.processes.count,
            [held_out_key(split) for split in prepared.splits.values()],
            prepared.plan.is_tuning,
        )


def run(job: TrainJob, reporter: Reporter) -> None:
    """Train the model of `job` and publish it with job.json and report.json.

    A checkpoint and logs/curve.csv are written during training. They are kept if the job is
    canceled or killed, and the same job resumes from the checkpoint, which is removed when the
    model is published.

    Raises:
        InputError: if an input cannot be used.
        ModelError: if the initial model cannot be used.
        JobError: if the folder contains the checkpoint of a different job.
        DeviceError: if the device cannot be used.
        EngineError: if the training diverged.
        OutputError: if a destination cannot be written.
        JobCanceled: if the job was canceled.
    """
    job = job.placed()
    target, sources, finals = target_of(job), sources_of(job), _finals(job)
    with joined(choose_device(job.device)) as processes, ExitStack() as files:
        if not processes.is_first:
            reporter, finals = SilentReporter(reporter.cancellation), {}
        elif processes.count == 1:  # parallel processes share the output folder
            check_model_folder(Path(job.output), reporter)
        threads = job.threads or max(1, available_threads() // processes.count)
        torch.set_num_threads(threads)
        read = _read(job, target, sources)
        staging = files.enter_context(Staging(Path(job.output), read.values()))
        hashes = files.enter_context(InputHashes(read if processes.is_first else {}))
        staged = {role: staging.aside(final) for role, final in finals.items()}
        work = _TrainRun(
            job, target, sources, processes, threads, staging, hashes, Stopwatch(), reporter
        )
        prepared = _prepared(work, files)
        running = _begun(work, prepared, files)
        with work.stopwatch.stage("train"):
            trained = running.train()
        if processes.is_first:
            _finish(work, prepared, running, trained, staged)
            publish(staging, finals, reporter)
            work.file(prepared).remove()


def _finals(job: TrainJob) -> dict[str, Path]:
    """Return the final path of each output file, by role; the card comes last."""
    output = Path(job.output)
    records = record_paths(output, job.kind)
    return {"weights": output / WEIGHTS_NAME, **records, "card": output / CARD_NAME}


def _read(job: TrainJob, target: TrainingTarget, sources: Sequence[Source]) -> dict[str, str]:
    """Return the input files, by role."""
    read: dict[str, str] = {}
    for source in sources:
        scene = source.scene
        suffix = f"_{scene.name}" if job.dataset != "none" else ""
        roles = {
            "image": scene.image,
            "labels": scene.truth.path,
            "dsm": scene.dsm,
            "dtm": scene.dtm,
        }
        read |= {role + suffix: path for role, path in roles.items() if path}
    if target.start is not None:
        read["start"] = str(target.start.folder / WEIGHTS_NAME)
    return read


def _prepared(work: _TrainRun, files: ExitStack) -> RunSetup:
    """Open the scenes and prepare the run."""
    reporter = work.reporter.span(0.0, OPENED)
    reporter.progress(0.0, "Opening the rasters")
    with work.stopwatch.stage("open"):
        scenes = open_training_scenes(
            work.job,
            work.target,
            work.sources,
            work.staging.scratch,
            files,
            ground_progress(reporter),
            reporter.warn,
        )
    for opened, source in zip(scenes, work.sources, strict=True):
        name = source.scene.name if len(scenes) > 1 else ""
        warn_of_inputs(opened.reader, work.reporter, name)
    return prepare(work.job, work.target, scenes, work.processes, work.threads, work.reporter)


def _begun(work: _TrainRun, prepared: RunSetup, files: ExitStack) -> TrainingRun:
    """Return the run, new or resumed from its checkpoint."""
    job, plan, processes = work.job, prepared.plan, work.processes
    file = work.file(prepared)
    if job.fresh and processes.is_first:
        file.remove()
    checkpoint = None if job.fresh else file.load(work.reporter.warn)
    done = 0
    if checkpoint is not None:
        done = plan.steps_before(checkpoint.progress.stage) + checkpoint.progress.step
        work.reporter.log("info", f"Resuming after step {done} of {plan.steps}.")
    curve = None
    if processes.is_first:
        curve = CurveFile(work.staging.folder / LOGS, score_names(prepared.card.legend), done)
        files.enter_context(closing(curve))
    context = RunContext(
        card=prepared.card,
        batches=Batches(
            lambda _step: prepared.training_patches,
            prepared.card.normalization,
            job.seed,
            processes,
        ),
        validation=prepared.validation,
        class_weights=prepared.class_weights,
        means=Means(
            is_half_precise(job.mixed_precision, processes.device),
            job.gradient_checkpointing,
            processes,
        ),
        file=file,
        run_log=RunLog(work.reporter.span(OPENED, TRAINED), plan, done, curve),
    )
    start = work.target.start
    given = Trained(load_network(start), start.card.architecture) if start else None
    return TrainingRun(job, plan, context, given, checkpoint)


def _finish(
    work: _TrainRun,
    prepared: RunSetup,
    running: TrainingRun,
    trained: Trained,
    staged: dict[str, Path],
) -> None:
    """Write the model, job.json and report.json."""
    job, plan, card = work.job, prepared.plan, prepared.card
    work.reporter.progress(TRAINED, "Finishing the model")
    with work.stopwatch.stage("finish"):
        network = finish_network(
            trained, card, prepared.training_patches, min(plan.patch_px), job.seed
        )
        scores, confusion = {}, None
        if prepared.validation is not None:
            confusion = prepared.validation.confusion_of(network, card.architecture)
            scores = card_scores(confusion, card.legend)
    device = describe_device(work.processes.device, work.threads)
    facts = {
        "scenes": _scenes_text(work.sources),
        "held_out": held_out_text(prepared.splits, job.validation_fraction),
        "device": device,
        "processes": f"{work.processes.count}, threads of each: {work.threads}",
    }
    card = described(card, job, work.target, plan, running.progress, scores, facts)
    bundle = save_bundle(work.staging.scratch, card, network)
    (bundle.folder / WEIGHTS_NAME).replace(staged["weights"])
    (bundle.folder / CARD_NAME).replace(staged["card"])
    write_job(staged["job"], job)
    results = {
        "architecture": card.architecture,
        "held_out": {name: split.side for name, split in prepared.splits.items()},
        "held_out_blocks": held_out_windows(prepared.splits),
        "scores": scores,
        "confusion": confusion.counts.tolist() if confusion else [],
        "curve": running.progress.curve,
        "training_s": round(running.progress.seconds, 1),
    }
    inputs = work.hashes.wait(work.reporter.raise_if_canceled)
    for remark in work.hashes.remarks():
        work.reporter.warn(remark)
    report = compose_report(job, results, device=device, inputs=inputs, stopwatch=work.stopwatch)
    write_report(staged["report"], report)
    for name in ("mean_f1", "overall_accuracy"):
        if name in scores:
            work.reporter.metric(name, scores[name])


def _scenes_text(sources: Sequence[Source]) -> str:
    """Return a description of the training scenes."""
    learned = [
        Path(source.scene.image).name for source in sources if source.validation_fraction < 1
    ]
    return learned[0] if len(learned) == 1 else f"{len(learned)} scenes ({', '.join(learned)})"
