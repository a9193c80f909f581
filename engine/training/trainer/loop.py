# SPDX-License-Identifier: GPL-2.0-or-later
"""The loop: all stages of a run, one step after the other."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import torch

from ...architectures import build
from ...protocol import EngineError, JobCanceled, row_named
from ..scoring import card_scores
from ..steps import StageTraining
from .plan import options_of
from .progress import RunProgress
from .seeds import seed_at
from .weight_transfer import inherit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from ...protocol import ModelCard, TrainJob
    from ..steps import Means
    from .batches import Batches
    from .checkpoint import Checkpoint, CheckpointFile
    from .plan import Plan, PlannedStage
    from .run_log import RunLog
    from .validation import Validation

BEST = "best."


@dataclass(frozen=True)
class Trained:
    """A network and the architecture it is of."""

    network: nn.Module
    architecture: str


@dataclass(frozen=True)
class RunContext:
    """All that a run needs around its network.

    Args:
        card: of the model to be.
        batches: what is learned from.
        validation: what is scored; None: nothing is.
        class_weights: (C,) float32 on the device, or None.
        means: of each step.
        file: for checkpoints.
        run_log: hears of everything.
    """

    card: ModelCard
    batches: Batches
    validation: Validation | None
    class_weights: Tensor | None
    means: Means
    file: CheckpointFile
    run_log: RunLog


class Run:
    """A run under way.

    Args:
        job: what is asked.
        plan: of the run.
        context: what it needs.
        start: the network to start from, or None.
        checkpoint: where the run stood, or None.
    """

    def __init__(
        self,
        job: TrainJob,
        plan: Plan,
        context: RunContext,
        start: Trained | None,
        checkpoint: Checkpoint | None,
    ) -> None:
        self._job, self._plan, self._room = job, plan, context
        self._before, self._checkpoint = start, checkpoint
        self._processes = context.means.processes
        self._best: dict[str, Tensor] = {}
        self._begun_s = self._saved_s = time.monotonic()
        self.position = checkpoint.position if checkpoint else RunProgress()
        self._seconds_before = self.position.seconds

    def finish(self) -> Trained:
        """Train to the end of the last stage.

        Raises:
            EngineError: the loss is no number any more.
            JobCanceled: somebody asked to stop; a checkpoint is left.
        """
        while self.position.stage < len(self._plan.stages):
            planned = self._plan.stages[self.position.stage]
            training = self._begin(planned)
            self._go_through(planned, training)
            self._before = Trained(self._chosen(training), planned.stage.architecture)
            self.position.next_stage()
        self.position.seconds = self._seconds()
        if self._before is None:
            raise ValueError("A plan without a stage trains nothing.")
        return self._before

    def _begin(self, planned: PlannedStage) -> StageTraining:
        """Return the training of a stage, new or as the checkpoint has it."""
        torch.manual_seed(seed_at(self._job.seed, self.position.stage))
        architecture, card = planned.stage.architecture, self._room.card
        network = build(
            architecture,
            card.channels,
            len(card.legend),
            options_of(architecture, card.architecture, card.options),
        )
        if self._checkpoint is None and self._before is not None:
            self._inherit(network, architecture, self._before)
        network.to(self._processes.device)
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        training = StageTraining(
            network,
            planned.recipe,
            planned.stage,
            planned.steps,
            pretrained=self.position.pretrained,
            class_weights=self._room.class_weights,
            means=self._room.means,
        )
        if self._checkpoint is not None:
            training.go_on(self._checkpoint.tensors, self.position.step)
            self._best = _best_in(self._checkpoint.tensors)
            self._checkpoint = None
        return training

    def _inherit(self, network: nn.Module, architecture: str, before: Trained) -> None:
        """Take over weights; those from the model to start from stay pretrained all along."""
        names = inherit(network, architecture, before.network, before.architecture)
        known = {name for name, _ in network.named_parameters()}
        marked = set(self.position.pretrained) if self.position.stage else set(names.values())
        self.position.pretrained = sorted(
            name for name, old in names.items() if name in known and old in marked
        )
        self._room.run_log.tell(
            f"{row_named(architecture).title} takes over {len(names)} of "
            f"{len(network.state_dict())} tensors from {row_named(before.architecture).title}."
        )

    def _go_through(self, planned: PlannedStage, training: StageTraining) -> None:
        """Make the steps of a stage that are left."""
        stage, title = self.position.stage, row_named(planned.stage.architecture).title
        before = self._plan.done_before(stage)
        coming = self._room.batches.ahead(planned.recipe, stage, training.done, planned.steps)
        for batches in coming:
            if self._has_enough():
                break
            self._stop_if_canceled(training)
            torch.manual_seed(seed_at(self._job.seed, stage, training.done, self._processes.number))
            rate = training.learning_rate
            loss = self._processes.total(training.step(batches))
            if not isfinite(loss):
                raise EngineError(
                    f"After {before + training.done} steps the loss is no number any more: choose "
                    "a lower learning_rate, or another recipe."
                )
            self.position.count(loss)
            self._room.run_log.step(before + training.done, loss, rate, title)
            self._look_back(planned, training, rate)
            self._save(training, self._job.checkpoint_s)

    def _has_enough(self) -> bool:
        """Say whether the scores have stopped rising; all processes agree."""
        if not self._job.patience:
            return False
        return self._processes.agreed(self.position.misses >= self._job.patience)

    def _look_back(self, planned: PlannedStage, training: StageTraining, rate: float) -> None:
        """Now and then, note how the run is doing, and keep the best weights."""
        done = self._plan.done_before(self.position.stage) + training.done
        if done % self._plan.validate_every and training.done < planned.steps:
            return
        if not self._processes.is_first:
            return
        entry = {
            "stage": self.position.stage + 1,
            "step": done,
            "loss": self.position.mean_loss(),
            "learning_rate": rate,
            **self._scores(planned, training),
        }
        self.position.curve.append(entry)
        scores = {
            f"validation_{name}": entry[name]
            for name in ("mean_f1", "overall_accuracy")
            if name in entry
        }
        self._room.run_log.note(done, scores)

    def _scores(self, planned: PlannedStage, training: StageTraining) -> dict[str, float]:
        """Return the scores of the held-out parts, if there are any."""
        validation = self._room.validation
        if validation is None:
            return {}
        confusion = validation.confusion_of(training.trained, planned.stage.architecture)
        scores = card_scores(confusion, self._room.card.legend)
        if self.position.judge(scores["mean_f1"]) and self._job.patience:
            self._best = {
                name: value.detach().cpu().clone()
                for name, value in training.trained.state_dict().items()
            }
        return scores

    def _chosen(self, training: StageTraining) -> nn.Module:
        """Return what a stage has trained: the best weights if they were looked for."""
        if self._best:
            training.trained.load_state_dict(self._best)
            self._best = {}
        return training.trained.eval()

    def _stop_if_canceled(self, training: StageTraining) -> None:
        try:
            self._room.run_log.raise_if_canceled()
        except JobCanceled:
            self._save(training, 0.0)
            raise

    def _save(self, training: StageTraining, after_s: float) -> None:
        """Write a checkpoint, if the last one is old enough."""
        now_s = time.monotonic()
        if not self._processes.is_first or now_s - self._saved_s < after_s:
            return
        self.position.seconds = self._seconds()
        best = {BEST + name: value for name, value in self._best.items()}
        self._room.file.save(self.position, {**training.tensors(), **best})
        self._saved_s = time.monotonic()

    def _seconds(self) -> float:
        return self._seconds_before + time.monotonic() - self._begun_s


def _best_in(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {n.removeprefix(BEST): value for n, value in tensors.items() if n.startswith(BEST)}
