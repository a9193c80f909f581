# SPDX-License-Identifier: GPL-2.0-or-later
"""Training of a bundled model on generated scenes, which writes its folder."""

from __future__ import annotations

import copy
import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import torch

from ...architectures import build
from ...models.bundle import load_bundle, load_network, save_bundle
from ...protocol import ISPRS, ModelError
from ..batches import Batches
from ..class_weights import class_shares, class_weights
from ..forward import Means
from ..processes import Processes
from ..stage_loop import train_stage
from ..steps import StageTraining
from ..trainer.precision import has_bfloat16_instructions
from .between import between
from .card import Effort, card_of, settings_text, variant_card
from .checkpoint import RunCheckpoint
from .initial_weights import copy_common_layers, copy_with_more_channels
from .rows import VARIANTS
from .scenes import held_out_scores, pool_of

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

    from ...protocol import ModelCard
    from .model import BundledModel, BundledRun, Variant

MODELS = Path(__file__).parents[3] / "resources" / "models"
SAVED_EVERY = 200  # steps
LOG = logging.getLogger(__name__)


class Start(NamedTuple):
    """Start of a run.

    Args:
        network: network with random weights, or those of the previous run; trained in place.
        origin: card of the previous run; None for the first run.
        shares: share of each class in the pool of the first run, (K,) float64; None if unknown.
    """

    network: nn.Module
    origin: ModelCard | None = None
    shares: np.ndarray | None = None


def make_bundled(
    row: BundledModel,
    models: Path,
    threads: int,
    *,
    only_refine: bool = False,
    checkpoint: Path | None = None,
) -> None:
    """Train a bundled model and write its folder, first with early weights, then the final ones.

    At the end its variants are written too.

    Args:
        row: definition of the model.
        models: folder of the model folders.
        threads: number of CPU threads; the weights depend slightly on it.
        only_refine: whether to take only the runs that follow those of the model in its folder.
        checkpoint: file for the state of the current run, which goes on from it if it exists.

    Raises:
        ModelError: if the model in the folder is not the result of a run that others follow.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(row.seed)
    folder, runs = models / row.name, row.runs
    if only_refine:
        runs, start = _after_earlier(row, folder)
    else:
        start = Start(build(row.architecture, row.channels, len(ISPRS), row.options))
    for run in runs:
        start = _make_run(row, run, start, folder, threads, checkpoint)
    for variant in VARIANTS:
        if variant.weights_of == row.name:
            make_variant(variant, row, models)


def make_variant(variant: Variant, row: BundledModel, models: Path) -> None:
    """Write the folder of a variant of a bundled model.

    Args:
        variant: definition of the variant.
        row: definition of the model that it has the weights of.
        models: folder of the model folders, with that of this model.

    Raises:
        ModelError: if the model is not in its folder.
    """
    bundle = load_bundle(models / row.name)
    network = load_network(bundle)
    scores = held_out_scores(replace(row, averaged_turns=variant.averaged_turns), network)
    LOG.info("%s: %s", variant.name, scores)
    save_bundle(models / variant.name, variant_card(bundle.card, variant, scores), network)


def _make_run(
    row: BundledModel,
    run: BundledRun,
    start: Start,
    folder: Path,
    threads: int,
    checkpoint: Path | None,
) -> Start:
    """Train one run, bundle its weights, and return the start of the next run.

    Args:
        row: definition of the model.
        run: training run.
        start: start of the run; its network is trained in place.
        folder: folder of the model, written after the steps of `run.bundled_at`.
        threads: number of CPU threads, for the card.
        checkpoint: file for the state of the run; None: none is kept.
    """
    pool = pool_of(row, run)
    # All runs use the same class weights: shares of rare classes differ between pools.
    shares = start.shares
    if shares is None:
        shares = class_shares(pool_of(row, row.runs[0]).at(0), len(ISPRS))
    recipe, card = run.settings.recipe, start.origin
    initialized_from = _copy_layers(run.settings.layers_from, start.network)
    begun = trained = copy.deepcopy(start.network)
    training = StageTraining(
        start.network,
        recipe,
        recipe.stages[0],
        run.settings.steps,
        class_weights=class_weights(shares, run.settings.rarity),
        means=Means(half_precise=run.settings.half_precise and has_bfloat16_instructions()),
    )
    # The state of a run is of no use to one that starts with other layers.
    settings = f"{settings_text(run)}; {initialized_from}"
    saved = None if checkpoint is None else RunCheckpoint(checkpoint, settings)
    started = time.monotonic() - (saved.resume(training) if saved else 0.0)
    batches = Batches(pool.at, row.normalization, run.seed, Processes())
    last = run.settings.last_step
    for step in train_stage(training, batches, goes_on=lambda: training.done < last):
        effort = Effort(step.done, threads, time.monotonic() - started)
        if step.done % 20 == 0:
            LOG.info("step %d, loss %.3f, %.0f s", step.done, step.loss, effort.elapsed_s)
        if saved and step.done % SAVED_EVERY == 0:
            saved.save(training, effort.elapsed_s)
        if step.done in run.bundled_at:
            given_back = run.settings.given_back if step.done == last else 0.0
            trained = between(begun, training.trained, given_back)
            scores = held_out_scores(row, trained)
            LOG.info("step %d: %s", step.done, scores)
            card = card_of(row, run, effort, scores, start.origin, initialized_from)
            card = save_bundle(folder, card, trained).card
    if saved:
        saved.remove()
    return Start(trained, card, shares)


def _copy_layers(model: str, network: nn.Module) -> str:
    """Copy the layers that a network has in common with a bundled model, and return their origin.

    Args:
        model: name of the bundled model; empty: no layers are copied.
        network: network, modified in place.
    """
    if not model:
        return ""
    bundle = load_bundle(MODELS / model)
    copy_common_layers(network, load_network(bundle))
    weights = f"{model}, weights {bundle.card.weights_sha256[:16]}"
    return f"layers of the same name and shape of {weights}"


def _after_earlier(row: BundledModel, folder: Path) -> tuple[tuple[BundledRun, ...], Start]:
    """Return the runs that follow that of the model in a folder, and their start.

    Raises:
        ModelError: if the model in the folder is not the result of a run that others follow.
    """
    bundle = load_bundle(folder)
    recorded = [bundle.card.provenance.get(key) for key in ("recipe", "steps_done")]
    for number, run in enumerate(row.runs[:-1], 1):
        done = f"{run.settings.last_step} of {run.settings.steps}"
        is_done = recorded == [settings_text(run), done]
        # Channels may have been added since.
        if is_done and bundle.card.options == row.options:
            network = build(row.architecture, row.channels, len(ISPRS), row.options)
            copy_with_more_channels(network, load_network(bundle))
            return row.runs[number:], Start(network, bundle.card)
    raise ModelError(
        f"The model in {folder} is not the result of a training run of '{row.name}' that others "
        "follow, so it cannot be refined: train it again without --only-refine."
    )
