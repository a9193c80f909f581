# SPDX-License-Identifier: GPL-2.0-or-later
"""No fold learns from its own polygons, and what is kept after an early end has learned most."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from orthoscribe.engine.finetune.run.checkpoint import FinetuneCheckpoint
from orthoscribe.engine.finetune.run.clock import Clock
from orthoscribe.engine.finetune.run.early_end import EarlyEnd
from orthoscribe.engine.finetune.run.plan import Costs, Plan
from orthoscribe.engine.finetune.run.progress import FinetuneProgress
from orthoscribe.engine.finetune.run.task import LAST, FinetuneTask
from orthoscribe.engine.finetune.run.trainings import Trainings
from orthoscribe.engine.finetune.run.watch import Watch
from orthoscribe.engine.protocol import JobCanceled
from orthoscribe.engine.protocol.catalog.recipes import finetune_recipe
from orthoscribe.engine.training.forward import PLAIN
from orthoscribe.engine.training.stage_loop import StepResult
from orthoscribe.tests.drawn_scene import LEGEND
from orthoscribe.tests.training_scene import Listener

FOLDS = np.array([0, 1, 2, 0, 1, 2, 0, 1])
CLASSES = np.array([0, 0, 0, 1, 1, 1, 1, 0])
STEPS = Plan(3, 4, 8)


class Tuning:
    """A training whose network counts its steps."""

    def __init__(self, number, steps):
        self.number, self.done, self._steps = number, 0, steps

    def steps(self, goes_on):
        while self.done < self._steps and goes_on():
            self.done += 1
            yield StepResult(self.done, 0.1, 0.1)

    @property
    def network(self):
        network = torch.nn.Linear(1, 1)
        network.weight.data.fill_(100 * self.number + self.done)
        return network

    def tensors(self):
        return {"done": torch.tensor(self.done)}

    def resume(self, tensors, done):
        assert int(tensors["done"]) == done
        self.done = done


class Task(FinetuneTask):
    """A task that notes what each training learns, and whose networks gain with their steps."""

    def tuning(self, at, steps, number):
        NOTES.append((number, list(at)))
        return Tuning(number, steps)

    def counts(self, network, at=None):
        classes = CLASSES if at is None else CLASSES[at]
        is_tuned = float(network.weight.detach()) > 0
        found = np.zeros((len(classes), len(LEGEND)), np.int64)
        found[np.arange(len(classes)), classes if is_tuned else 2] = 10
        return found


class Card:
    legend = LEGEND


class Polygon:
    def __init__(self, class_index):
        self.class_index = class_index


NOTES = []


@pytest.fixture
def start(tmp_path):
    """Return a function from a listener, and from a clock, to trainings and their progress."""
    NOTES.clear()

    def go(listener=None, plan=STEPS, limit_s=1000.0, progress=None, tensors=()):
        listener = listener or Listener()
        base = torch.nn.Linear(1, 1)
        base.weight.data.fill_(0.0)
        recipe = finetune_recipe("standard", "colors")
        polygons = [Polygon(index) for index in CLASSES]
        task = Task(
            base, Card(), {}, recipe, (), polygons, FOLDS, 1, PLAIN, 1, listener.raise_if_canceled
        )
        before = task.counts(base).tolist()
        costs = Costs(1e-6, 1e-6, 1e-6)
        progress = progress or FinetuneProgress(plan, plan, False, costs, before)
        early_end = EarlyEnd(tmp_path, listener)
        watch = Watch(progress, Clock(limit_s), early_end, len(task.alphas), listener)
        file = FinetuneCheckpoint(tmp_path, {})
        return Trainings(task, progress, watch, file, 0.0, dict(tensors)), progress

    return go


def test_no_fold_learns_from_its_own_polygons(start):
    trainings, _ = start()
    trainings.train()
    assert [number for number, _ in NOTES] == [1, 2, 3, LAST]
    for number, at in NOTES[:-1]:
        assert at == np.flatnonzero(number - 1 != FOLDS).tolist()
    assert NOTES[-1][1] == list(range(len(FOLDS)))


def test_every_polygon_is_scored_once_by_a_fold_that_did_not_learn_it(start):
    trainings, progress = start()
    trainings.train()
    assert sorted(trainings.scored().tolist()) == list(range(len(FOLDS)))
    choice = trainings.choice()
    assert choice.alpha > 0
    assert (choice.counts.argmax(axis=1) == CLASSES[trainings.scored()]).all()
    assert [step for step, _ in trainings.curve()] == [1, 2, 3, 4]
    assert progress.done == 3 * 4 + 8


def test_last_training_is_kept(start):
    trainings, _ = start()
    assert float(trainings.train().weight.detach()) == 8
    assert trainings.kept_steps == 8


class Stopping(Listener):
    """Asks at the n-th report to end early."""

    def __init__(self, at):
        super().__init__()
        self.left = at

    def progress(self, fraction, stage):
        super().progress(fraction, stage)
        self.left -= 1
        if self.left == 0:
            self.cancellation.request_early_end()


@pytest.mark.parametrize(
    ("at", "kept", "folds"),
    [
        (2, 102, 0),  # the first fold, of which half is better than nothing
        (5, 104, 1),  # the second one has hardly begun
        (7, 203, 1),
        (13, 304, 3),  # the last training has hardly begun
        (17, 5, 3),
    ],
)
def test_stopped_run_keeps_what_has_learned_most(start, at, kept, folds):
    trainings, progress = start(Stopping(at))
    assert float(trainings.train().weight.detach()) == kept
    assert len(progress.finished_folds) == folds
    assert progress.ended == "stopped"


def test_run_without_time_takes_one_step(start):
    trainings, progress = start(limit_s=0.0)
    assert float(trainings.train().weight.detach()) == 1
    assert progress.finished_folds == []


@pytest.mark.parametrize("at", [1, 4, 6, 14])
def test_canceled_run_goes_on_where_it_was(start, tmp_path, at):
    class Canceling(Stopping):
        def progress(self, fraction, stage):
            self.left -= 1
            if self.left == 0:
                self.cancellation.request()

    trainings, _ = start(Canceling(at))
    with pytest.raises(JobCanceled):
        trainings.train()
    resumed, _ = FinetuneCheckpoint(tmp_path, {}).load()
    assert resumed.progress.done == at
    NOTES.clear()
    again, progress = start(progress=resumed.progress, tensors=resumed.tensors.items())
    assert float(again.train().weight.detach()) == 8
    assert [number for number, _ in NOTES][-1] == LAST
    assert len(NOTES) == 4 - at // 4 if at < 12 else len(NOTES) == 1
    assert len(progress.finished_folds) == 3
