# SPDX-License-Identifier: GPL-2.0-or-later
"""Training of a bundled model on generated scenes, which writes its folder."""

from __future__ import annotations

import logging
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from ...architectures import build
from ...models.bundle import load_bundle, load_network, save_bundle
from ...protocol import ISPRS, ModelError
from ...synthetic import conditions_of, make_scene
from ..batches import Batches
from ..class_weights import class_shares, class_weights
from ..processes import Processes
from ..scoring import card_scores, confusion_of
from ..stage_loop import train_stage
from ..steps import StageTraining
from ..view_pool import ViewPool
from ..views import InputSpec, View, clean_view, training_view
from .card import Effort, card_of, settings_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from ...protocol import ModelCard
    from .rows import BundledModel, BundledRun

MODELS = Path(__file__).parents[3] / "resources" / "models"
LOG = logging.getLogger(__name__)


class Start(NamedTuple):
    """Start of a run.

    Args:
        network: network with random weights, or those of the previous run; trained in place.
        origin: card of the previous run; None for the first run.
        shares: share of each class in the pool of the first run, (K,) float64; None for the first
            run.
    """

    network: nn.Module
    origin: ModelCard | None = None
    shares: np.ndarray | None = None


def make_bundled(
    row: BundledModel, models: Path, threads: int, *, only_refine: bool = False
) -> None:
    """Train a bundled model and write its folder, first with early weights, then the final ones.

    Args:
        row: definition of the model.
        models: folder of the model folders.
        threads: number of CPU threads; the weights depend slightly on it.
        only_refine: whether to run only the refinement, on the model in its folder.

    Raises:
        ModelError: if the model in the folder is not the result of the first run.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(row.seed)
    folder, runs = models / row.name, row.runs
    if only_refine:
        runs, start = runs[1:], _after_first(row, folder)
    else:
        start = Start(build(row.architecture, row.channels, len(ISPRS), row.options))
    for run in runs:
        start = _make_run(row, run, start, folder, threads)


def _make_run(
    row: BundledModel, run: BundledRun, start: Start, folder: Path, threads: int
) -> Start:
    """Train one run, bundle its weights, and return the start of the next run.

    Args:
        row: definition of the model.
        run: training run.
        start: start of the run; its network is trained in place.
        folder: folder of the model, written after the steps of `run.bundled_at`.
        threads: number of CPU threads, for the card.
    """
    started = time.monotonic()
    pool = _pool(row, run)
    # All runs use the same class weights: shares of rare classes differ between pools.
    shares = _shares(pool) if start.shares is None else start.shares
    recipe, card = run.settings.recipe, start.origin
    training = StageTraining(
        start.network,
        recipe,
        recipe.stages[0],
        run.settings.steps,
        class_weights=class_weights(shares, run.settings.rarity),
    )
    batches = Batches(pool.at, row.normalization, run.seed, Processes())
    for step in train_stage(training, batches):
        effort = Effort(step.done, threads, time.monotonic() - started)
        if step.done % 20 == 0:
            LOG.info("step %d, loss %.3f, %.0f s", step.done, step.loss, effort.elapsed_s)
        if step.done in run.bundled_at:
            scores = _scores(row, training.trained)
            LOG.info("step %d: %s", step.done, scores)
            card = card_of(row, run, effort, scores, start.origin)
            card = save_bundle(folder, card, training.trained).card
    return Start(training.trained, card, shares)


def _after_first(row: BundledModel, folder: Path) -> Start:
    """Return the start of the second run, from the model of the first run in a folder.

    Raises:
        ModelError: if the model in the folder is not the result of the first run.
    """
    bundle = load_bundle(folder)
    card, first = bundle.card, row.runs[0]
    recorded = (card.provenance.get("recipe"), card.provenance.get("steps_done"))
    is_first = recorded == (
        settings_text(first),
        f"{first.settings.steps} of {first.settings.steps}",
    )
    if card.normalization != row.normalization or card.options != row.options or not is_first:
        raise ModelError(
            f"The model in {folder} is not the result of the first training run of '{row.name}', "
            "so it cannot be refined: train it again without --only-refine."
        )
    return Start(load_network(bundle), card, _shares(_pool(row, first)))


def _pool(row: BundledModel, run: BundledRun) -> ViewPool:
    """Return the initial pool of scenes of a run."""
    views = _view_source(row, run.first_scene, np.random.default_rng(run.seed))
    return ViewPool(views.__next__, row.pool_size, run.settings.steps_per_view)


def _shares(pool: ViewPool) -> np.ndarray:
    """Return the share of each class in the initial views of a pool, (K,) float64."""
    return class_shares(pool.at(0), len(ISPRS))


def _view_source(row: BundledModel, first_seed: int, rng: np.random.Generator) -> Iterator[View]:
    limits = np.log((row.gsd_range_m[0], row.coarsest_image_m))
    for seed in count(first_seed):
        gsd_m = float(np.exp(rng.uniform(*limits)))
        conditions = conditions_of(seed, with_flaws=True)
        scene = make_scene(seed, _size_px(row, row.scene_px, gsd_m), gsd_m, conditions)
        yield training_view(rng, scene, _spec(row, gsd_m))


def _spec(row: BundledModel, gsd_m: float) -> InputSpec:
    """Return the input specification of a scene of a GSD; coarse scenes are enlarged."""
    input_m = row.input_gsd_m(gsd_m)
    return InputSpec(
        ISPRS, row.normalization, None if input_m == gsd_m else input_m, row.wants_heights
    )


def _size_px(row: BundledModel, input_px: int, gsd_m: float) -> int:
    """Return the edge in pixels of a scene whose network input is `input_px` pixels wide."""
    return round(input_px * row.input_gsd_m(gsd_m) / gsd_m)


def _scores(row: BundledModel, network: nn.Module) -> dict[str, float]:
    """Return scores with the true ground, and with the estimated ground as `dsm_only_...`."""
    named: dict[str, float] = {}
    grounds = (("", False), ("dsm_only_", True)) if row.wants_heights else (("", False),)
    for prefix, estimate_ground in grounds:
        views = (
            clean_view(
                make_scene(seed, _size_px(row, row.held_out_px, gsd_m), gsd_m),
                _spec(row, gsd_m),
                estimate_ground=estimate_ground,
            )
            for seed, gsd_m in row.held_out
        )
        confusion = confusion_of(network, row.architecture, views, len(ISPRS))
        named |= card_scores(confusion, ISPRS, prefix)
    return named
