# SPDX-License-Identifier: GPL-2.0-or-later
"""Training of one network for a number of minutes, and its scores and speed."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from ...architectures import build
from ...models.bundle import load_bundle, save_bundle
from ...process.memory import MB
from ...protocol import ISPRS
from ...training.batches import Batches
from ...training.bundled import MODELS
from ...training.bundled.scenes import held_out_scores
from ...training.class_weights import class_shares, class_weights
from ...training.forward import Means
from ...training.processes import Processes
from ...training.stage_loop import train_stage
from ...training.steps import StageTraining
from ...training.trainer.precision import has_bfloat16_instructions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from torch import nn

    from ...protocol import ModelCard
    from ...training.bundled.model import BundledModel
    from ...training.view_pool import ViewPatches
    from .contenders import Contender

SEED = 20261130
MEASURED_STEPS = 8  # of which the last one counts
SPEED_PX = 1024


class _Step(NamedTuple):
    """Network after a step, and the processor time of the process in seconds."""

    network: nn.Module
    cpu_s: float


def train_and_score(
    contender: Contender,
    replaced: BundledModel,
    views: Sequence[ViewPatches],
    minutes: float,
    folder: Path,
) -> dict[str, Any]:
    """Return steps, scores on held-out scenes, size and speed after a training from the start.

    The trained model is saved, so that other benches can label with it.

    Args:
        contender: network to train.
        replaced: bundled model whose inputs and held-out scenes it has.
        views: scenes to train on.
        minutes: processor time of the training; the number of steps follows from the first ones.
        folder: folder of the trained model.
    """
    row = contender.in_place_of(replaced)
    *_, before, last = _train(contender, row, views, MEASURED_STEPS)
    step_s = last.cpu_s - before.cpu_s  # the first steps prepare kernels and memory
    steps = max(MEASURED_STEPS, round(60 * minutes / step_s))
    started = time.process_time()
    *_, last = _train(contender, row, views, steps)
    spent_s, trained = time.process_time() - started, last.network.eval()
    save_bundle(folder, _card_of(contender, replaced, folder.name), trained)
    size = sum(value.numel() * value.element_size() for value in trained.state_dict().values())
    return {
        "name": contender.name,
        "steps": steps,
        "minutes": round(spent_s / 60, 1),
        "scores": held_out_scores(row, trained),
        "mebibytes": round(size / MB, 1),
        "mpx_per_s": round(_mpx_per_s(trained, row.channels), 3),
    }


def _card_of(contender: Contender, replaced: BundledModel, name: str) -> ModelCard:
    """Return the card of the replaced model with another network, and without claims."""
    card = load_bundle(MODELS / replaced.name).card
    return replace(
        card,
        name=name,
        title=contender.name,
        architecture=contender.architecture,
        options=contender.options,
        averaged_turns=1,
        scores={},
        provenance={},
        earlier_runs=(),
    )


def _train(
    contender: Contender, row: BundledModel, views: Sequence[ViewPatches], steps: int
) -> Iterator[_Step]:
    """Train a network from random weights and yield its averaged weights after each step."""
    torch.manual_seed(SEED)
    settings = contender.settings(steps)
    recipe = settings.recipe
    training = StageTraining(
        build(row.architecture, row.channels, len(ISPRS), row.options),
        recipe,
        recipe.stages[0],
        settings.steps,
        class_weights=class_weights(class_shares(views, len(ISPRS)), settings.rarity),
        means=Means(half_precise=has_bfloat16_instructions()),
    )
    batches = Batches(lambda _: views, row.normalization, SEED, Processes())
    for _ in train_stage(training, batches):
        yield _Step(training.trained, time.process_time())


def _mpx_per_s(network: nn.Module, channels: int) -> float:
    """Return the processed megapixels per second of processor time, the better of two."""
    image = torch.randn(1, channels, SPEED_PX, SPEED_PX).contiguous(
        memory_format=torch.channels_last
    )
    times = []
    with torch.inference_mode():
        for _ in range(2):
            started = time.process_time()
            network(image)
            times.append(time.process_time() - started)
    return SPEED_PX**2 / 1e6 / min(times)
