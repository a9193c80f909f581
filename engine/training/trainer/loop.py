# SPDX-License-Identifier: GPL-2.0-or-later
"""Training loop: all steps of all stages of a run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from ...architectures import build
from ...protocol import JobCanceled, row_named
from ..saved_state import size_of
from ..scoring import card_scores
from ..seeds import seed_at
from ..stage_loop import train_stage
from ..steps import StageTraining
from .plan import options_of
from .progress import RunProgress
from .weight_transfer import transfer_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from ...protocol import ModelCard, TrainJob
    from ..batches import Batches
    from ..forward import Means
    from ..stage_loop import StepResult
    from .checkpoint import Checkpoint, CheckpointFile
    from .plan import PlannedStage, TrainingPlan
    from .run_log import RunLog
    from .validation import Validation

BEST = "best."


@dataclass(frozen=True)
class Trained:
    """Trained network and its architecture."""

    network: nn.Module
    architecture: str


@dataclass(frozen=True)
class RunContext:
    """Everything that a run needs besides its job, plan and network.

    Args:
        card: card of the model to train.
        batches: source of the training patches.
        validation: held-out parts to score on; None: no validation.
        class_weights: loss weight of each class, (C,) float32 on the device; None: all 1.
        means: how each step is computed.
        file: checkpoint file.
        run_log: receiver of progress, metrics and messages.
    """

    card: ModelCard
    batches: Batches
    validation: Validation | None
    class_weights: Tensor | None
    means: Means
    file: CheckpointFile
    run_log: RunLog


class TrainingRun:
    """Training run, new or resumed.

    Args:
        job: job of the run.
        plan: plan of the run.
        context: data, files and settings of the run.
        start: network to start from, or None.
        checkpoint: saved state to resume from, or None.
    """

    def __init__(
        self,
        job: TrainJob,
        plan: TrainingPlan,
        context: RunContext,
        start: Trained | None,
        checkpoint: Checkpoint | None,
    ) -> None:
        self._job, self._plan, self._context = job, plan, context
        self._previous, self._checkpoint = start, checkpoint
        self._processes = context.means.processes
        self._best: dict[str, Tensor] = {}
        self._start_s = self._saved_s = time.monotonic()
        self.progress = checkpoint.progress if checkpoint else RunProgress()
        self._seconds_before = self.progress.seconds

    def train(self) -> Trained:
        """Train to the end of the last stage and return the result.

        Raises:
            EngineError: if the loss becomes NaN or infinite.
            JobCanceled: if the job was canceled; a checkpoint is saved.
        """
        while self.progress.stage < len(self._plan.stages):
            planned = self._plan.stages[self.progress.stage]
            training = self._start_stage(planned)
            self._run_stage(planned, training)
            self._previous = Trained(self._best_network(training), planned.stage.architecture)
            self.progress.next_stage()
        self.progress.seconds = self._seconds()
        if self._previous is None:
            raise ValueError("A plan must have at least one stage.")
        return self._previous

    def _start_stage(self, planned: PlannedStage) -> StageTraining:
        """Return the training of a stage, new or resumed from the checkpoint."""
        torch.manual_seed(seed_at(self._job.seed, self.progress.stage))
        architecture, card = planned.stage.architecture, self._context.card
        network = build(
            architecture,
            card.channels,
            len(card.legend),
            options_of(architecture, card.architecture, card.options),
        )
        if self._checkpoint is None and self._previous is not None:
            self._transfer_weights(network, architecture, self._previous)
        network.to(self._processes.device)
        training = StageTraining(
            network,
            planned.recipe,
            planned.stage,
            planned.steps,
            pretrained=self.progress.pretrained,
            class_weights=self._context.class_weights,
            means=self._context.means,
        )
        if self._checkpoint is not None:
            training.resume(self._checkpoint.tensors, self.progress.step)
            self._best = _best_in(self._checkpoint.tensors)
            self._checkpoint = None
        return training

    def _transfer_weights(self, network: nn.Module, architecture: str, previous: Trained) -> None:
        """Transfer weights; those of the model to start from count as pretrained in all stages."""
        names = transfer_weights(network, architecture, previous.network, previous.architecture)
        known = {name for name, _ in network.named_parameters()}
        pretrained = set(self.progress.pretrained) if self.progress.stage else set(names.values())
        self.progress.pretrained = sorted(
            name for name, old in names.items() if name in known and old in pretrained
        )
        self._context.run_log.info(
            f"{row_named(architecture).title} takes over {len(names)} of "
            f"{len(network.state_dict())} tensors from {row_named(previous.architecture).title}."
        )

    def _run_stage(self, planned: PlannedStage, training: StageTraining) -> None:
        """Run the remaining steps of a stage."""
        stage, title = self.progress.stage, row_named(planned.stage.architecture).title
        offset = self._plan.steps_before(stage)
        steps = train_stage(
            training,
            self._context.batches,
            stage,
            offset,
            lambda: self._goes_on(training),
        )
        for step in steps:
            self.progress.add_loss(step.loss)
            done = offset + step.done
            self._context.run_log.step(done, step.loss, title)
            scores = self._validate(planned, training, step)
            self._context.run_log.record(done, stage + 1, step.loss, step.learning_rate, scores)
            self._save(training, self._job.checkpoint_s)

    def _stops_early(self) -> bool:
        """Return whether the scores have stopped rising; the first process decides for all."""
        if not self._job.patience:
            return False
        return self._processes.agreed(self.progress.misses >= self._job.patience)

    def _validate(
        self, planned: PlannedStage, training: StageTraining, step: StepResult
    ) -> dict[str, float]:
        """Return the scores if validation is due, else none, and keep the best weights."""
        done = self._plan.steps_before(self.progress.stage) + training.done
        if done % self._plan.validate_every and training.done < planned.steps:
            return {}
        if not self._processes.is_first:
            return {}
        scores = self._scores(planned, training)
        entry = {
            "stage": self.progress.stage + 1,
            "step": done,
            "loss": self.progress.mean_loss(),
            "learning_rate": step.learning_rate,
            **scores,
        }
        self.progress.curve.append(entry)
        return scores

    def _scores(self, planned: PlannedStage, training: StageTraining) -> dict[str, float]:
        """Return the scores of the held-out parts; empty without validation."""
        validation = self._context.validation
        if validation is None:
            return {}
        confusion = validation.confusion_of(training.trained, planned.stage.architecture)
        scores = card_scores(confusion, self._context.card.legend)
        if self.progress.update_best(scores["mean_f1"]) and self._job.patience:
            self._best = {
                name: value.detach().cpu().clone()
                for name, value in training.trained.state_dict().items()
            }
        return scores

    def _best_network(self, training: StageTraining) -> nn.Module:
        """Return the network of a stage, with the best weights if early stopping kept them."""
        if self._best:
            training.trained.load_state_dict(self._best)
            self._best = {}
        return training.trained.eval()

    def _goes_on(self, training: StageTraining) -> bool:
        """Return whether to take another step.

        Raises:
            JobCanceled: if the job was canceled; a checkpoint is saved.
        """
        if self._stops_early():
            return False
        try:
            self._context.run_log.raise_if_canceled()
        except JobCanceled:
            self._save(training, 0.0)
            raise
        return True

    def _save(self, training: StageTraining, after_s: float) -> None:
        """Write a checkpoint if the last one is at least `after_s` seconds old."""
        now_s = time.monotonic()
        if not self._processes.is_first or now_s - self._saved_s < after_s:
            return
        self.progress.seconds = self._seconds()
        best = {BEST + name: value for name, value in self._best.items()}
        tensors = {**training.tensors(), **best}
        self._context.run_log.with_room(
            lambda: self._context.file.save(self.progress, tensors), size_of(tensors)
        )
        self._saved_s = time.monotonic()

    def _seconds(self) -> float:
        return self._seconds_before + time.monotonic() - self._start_s


def _best_in(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {n.removeprefix(BEST): value for n, value in tensors.items() if n.startswith(BEST)}
