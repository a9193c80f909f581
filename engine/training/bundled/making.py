# SPDX-License-Identifier: GPL-2.0-or-later
"""Making: train a bundled model on generated scenes and write its folder."""

from __future__ import annotations

import logging
import time
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from ...architectures import build
from ...models.bundle import load_bundle, load_network, save_bundle
from ...protocol import ISPRS, ModelError
from ...synthetic import conditions_of, make_scene
from ..fit import fit
from ..losses import sampled_loss
from ..samples import ViewPool, rarity_weights
from ..scoring import card_scores, confusion_of
from ..views import Sight, View, clean_view, training_view
from .card import Effort, card_of, settings_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from ...protocol import ModelCard
    from .rows import BundledModel, Run

MODELS = Path(__file__).parents[3] / "resources" / "models"
LOG = logging.getLogger(__name__)


class Start(NamedTuple):
    """What a run starts with.

    Args:
        network: with random weights, or with those of the run before; the run trains it.
        origin: card of the run before; None: this is the first.
        shares: (K,) float64, of each class in the pool of the first run; None before there is one.
    """

    network: nn.Module
    origin: ModelCard | None = None
    shares: np.ndarray | None = None


def make_bundled(
    row: BundledModel, models: Path, threads: int, *, only_refine: bool = False
) -> None:
    """Train a bundled model and write its folder, first with early weights, then the final ones.

    Args:
        row: what to make.
        models: folder of the model folders.
        threads: processor threads; another number gives slightly other weights.
        only_refine: go on from the model that is in its folder, with the row's refinement.

    Raises:
        ModelError: there is no such model to go on from.
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


def _make_run(row: BundledModel, run: Run, start: Start, folder: Path, threads: int) -> Start:
    """Train one run, bundle its weights, and return what the next one starts with.

    Args:
        row: how the model is made.
        run: the one to train.
        start: what it starts with; its network is trained.
        folder: of the model, written after the steps of `run.bundled_at`.
        threads: that the card tells of.
    """
    started = time.monotonic()
    pool, rng = _pool(row, run)
    # All runs weigh classes alike: shares of rare ones differ by pool.
    shares = pool.class_shares(len(ISPRS)) if start.shares is None else start.shares
    if start.origin is not None:
        torch.manual_seed(run.seed)  # so that it draws alike whatever was done before
    weights = rarity_weights(shares, run.settings.rarity)
    card = start.origin
    loss_of = partial(sampled_loss, class_weights=weights, cells=run.settings.cells)
    for result in fit(start.network, pool, run.settings, rng, loss_of):
        effort = Effort(result.step, threads, time.monotonic() - started)
        if result.step % 20 == 0:
            LOG.info("step %d, loss %.3f, %.0f s", result.step, result.loss, effort.elapsed_s)
        if result.step in run.bundled_at:
            scores = _scores(row, result.network)
            LOG.info("step %d: %s", result.step, scores)
            card = card_of(row, run, effort, scores, start.origin)
            card = save_bundle(folder, card, result.network).card
    return Start(result.network, card, shares)


def _after_first(row: BundledModel, folder: Path) -> Start:
    """Return the start of the second run, from the model of a folder that the first led to.

    Raises:
        ModelError: it did not.
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
            f"The model in {folder} is not what the first training run of '{row.name}' leads to, "
            "so it cannot be refined: train it again without --only-refine."
        )
    return Start(load_network(bundle), card, _pool(row, first)[0].class_shares(len(ISPRS)))


def _pool(row: BundledModel, run: Run) -> tuple[ViewPool, np.random.Generator]:
    """Return the scenes that a run starts with, and the generator that it goes on with."""
    rng = np.random.default_rng(run.seed)
    return ViewPool(_view_source(row, run.first_scene, rng).__next__, row.pool_size), rng


def _view_source(row: BundledModel, first_seed: int, rng: np.random.Generator) -> Iterator[View]:
    limits = np.log((row.gsd_range_m[0], row.coarsest_image_m))
    for seed in count(first_seed):
        gsd_m = float(np.exp(rng.uniform(*limits)))
        conditions = conditions_of(seed, with_flaws=True)
        scene = make_scene(seed, _size_px(row, row.scene_px, gsd_m), gsd_m, conditions)
        yield training_view(rng, scene, _sight(row, gsd_m))


def _sight(row: BundledModel, gsd_m: float) -> Sight:
    """Return how a scene of a GSD is seen in training: coarse ones enlarged."""
    seen_m = row.seen_gsd_m(gsd_m)
    return Sight(ISPRS, row.normalization, None if seen_m == gsd_m else seen_m, row.wants_heights)


def _size_px(row: BundledModel, seen_px: int, gsd_m: float) -> int:
    """Return the edge of a scene that is seen as `seen_px` pixels."""
    return round(seen_px * row.seen_gsd_m(gsd_m) / gsd_m)


def _scores(row: BundledModel, network: nn.Module) -> dict[str, float]:
    """Return scores with the true ground, and as `dsm_only_...` with the estimated one."""
    named: dict[str, float] = {}
    grounds = (("", False), ("dsm_only_", True)) if row.wants_heights else (("", False),)
    for prefix, estimate_ground in grounds:
        views = (
            clean_view(
                make_scene(seed, _size_px(row, row.held_out_px, gsd_m), gsd_m),
                _sight(row, gsd_m),
                estimate_ground=estimate_ground,
            )
            for seed, gsd_m in row.held_out
        )
        confusion = confusion_of(network, row.architecture, views, len(ISPRS))
        named |= card_scores(confusion, ISPRS, prefix)
    return named
