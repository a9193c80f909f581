# SPDX-License-Identifier: GPL-2.0-or-later
"""The bundled models: `python -m engine.training.bundled --name default` makes one again.

Everything is drawn from fixed seeds. With the same thread count and library versions, all of which
the card records, the same weights come out.
"""

from __future__ import annotations

import argparse
import logging
import platform
import time
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy
import torch

from ..architectures import build
from ..models.bundle import save_bundle
from ..protocol import HEIGHT_ROLE, IMAGE_ROLES, ISPRS, ModelCard, Normalization
from ..scenes import make_scene
from .fit import Recipe, fit
from .losses import sampled_loss
from .samples import ViewPool, rarity_weights
from .scoring import card_scores, confusion_of
from .views import View, clean_view, training_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

MODELS = Path(__file__).parents[2] / "resources" / "models"
LOG = logging.getLogger(__name__)

SUMMARY = (
    "Trained on generated scenes only, never on real imagery: its scores are those on generated "
    "scenes it has not seen. Expect much less on real imagery, look at the result, and fine-tune "
    "on your own annotations where it matters."
)


@dataclass(frozen=True)
class BundledModel:
    """How one bundled model is made.

    Args:
        name: its folder.
        title: what people read.
        architecture: of the catalog.
        seed: of weights, views and batches.
        gsd_range_m: the ground sampling distances of its scenes, drawn evenly in the logarithm.
        scene_px: edge of a training scene.
        pool_size: scenes in memory.
        recipe: numbers of the training run.
        first_seed: of the training scenes, which count up from there.
        held_out: (seed, GSD in metres) of the scenes it is scored on; never trained on.
        held_out_px: their edge.
        bundled_at: steps after which the weights so far are bundled as well.
    """

    name: str
    title: str
    architecture: str
    seed: int
    gsd_range_m: tuple[float, float]
    scene_px: int
    pool_size: int
    recipe: Recipe
    first_seed: int
    held_out: tuple[tuple[int, float], ...]
    held_out_px: int
    bundled_at: tuple[int, ...]


ROWS = (
    BundledModel(
        name="default",
        title="Default (MLP network)",
        architecture="maggiori_mlp",
        seed=20260701,
        gsd_range_m=(0.08, 0.4),
        scene_px=640,
        pool_size=20,
        recipe=Recipe(steps=1200),
        first_seed=1_000_000,
        held_out=(
            (1, 0.08), (2, 0.1), (3, 0.1), (4, 0.1), (5, 0.15),
            (6, 0.2), (7, 0.2), (8, 0.3), (9, 0.4), (10, 0.4),
        ),
        held_out_px=768,
        bundled_at=(300, 700),
    ),
)  # fmt: skip


def make_bundled(row: BundledModel, models: Path, threads: int) -> None:
    """Train a bundled model and write its folder, first with early weights, then the final ones.

    Args:
        row: what to make.
        models: folder of the model folders.
        threads: processor threads; another number gives slightly other weights.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(row.seed)
    rng = np.random.default_rng(row.seed)
    normalization = Normalization()
    started = time.monotonic()
    pool = ViewPool(_view_source(row, normalization, rng).__next__, row.pool_size)
    network = build(row.architecture, len(IMAGE_ROLES) + 1, len(ISPRS))
    loss_of = partial(
        sampled_loss,
        class_weights=rarity_weights(pool.class_shares(len(ISPRS)), row.recipe.rarity),
        cells=row.recipe.cells,
    )
    for moment in fit(network, pool, row.recipe, rng, loss_of):
        elapsed_s = time.monotonic() - started
        if moment.step % 20 == 0:
            LOG.info("step %d, loss %.3f, %.0f s", moment.step, moment.loss, elapsed_s)
        if moment.step in (*row.bundled_at, row.recipe.steps):
            scores = _scores(row, moment.network, normalization)
            LOG.info("step %d: %s", moment.step, scores)
            provenance = _provenance(row, moment.step, threads, elapsed_s)
            card = _card(row, normalization, scores, provenance)
            save_bundle(models / row.name, card, moment.network)


def _view_source(
    row: BundledModel, normalization: Normalization, rng: np.random.Generator
) -> Iterator[View]:
    for seed in count(row.first_seed):
        gsd_m = float(np.exp(rng.uniform(*np.log(row.gsd_range_m))))
        scene = make_scene(seed, row.scene_px, gsd_m)
        yield training_view(rng, scene, ISPRS, normalization)


def _scores(
    row: BundledModel, network: nn.Module, normalization: Normalization
) -> dict[str, float]:
    """Return scores with the true ground, and as `dsm_only_...` with the estimated one."""
    named: dict[str, float] = {}
    for prefix, estimate_ground in (("", False), ("dsm_only_", True)):
        views = (
            clean_view(
                make_scene(seed, row.held_out_px, gsd_m),
                ISPRS,
                normalization,
                estimate_ground=estimate_ground,
            )
            for seed, gsd_m in row.held_out
        )
        confusion = confusion_of(network, row.architecture, views, len(ISPRS))
        named |= card_scores(confusion, ISPRS, prefix)
    return named


def _card(
    row: BundledModel,
    normalization: Normalization,
    scores: dict[str, float],
    provenance: dict[str, str],
) -> ModelCard:
    return ModelCard(
        name=row.name,
        title=row.title,
        summary=SUMMARY,
        architecture=row.architecture,
        legend=ISPRS,
        roles=(*IMAGE_ROLES, HEIGHT_ROLE),
        gsd_range_m=row.gsd_range_m,
        normalization=normalization,
        license="GPL-2.0-or-later",
        weights_sha256="",
        scores=scores,
        provenance=provenance,
    )


def _provenance(row: BundledModel, step: int, threads: int, elapsed_s: float) -> dict[str, str]:
    views = row.pool_size + step // row.recipe.steps_per_view
    numbers = ", ".join(f"{key} {value}" for key, value in asdict(row.recipe).items())
    return {
        "command": f"python -m engine.training.bundled --name {row.name} --threads {threads}",
        "data": (
            f"{views} generated scenes of {row.scene_px} x {row.scene_px} px, seeds from "
            f"{row.first_seed}, GSD {row.gsd_range_m[0]:g} to {row.gsd_range_m[1]:g} m, each with "
            "degraded image and DSM; ground true (35 %), wrong (25 %) or estimated (40 %)"
        ),
        "held_out": (
            f"whole scenes of {row.held_out_px} px, (seed, GSD in m): "
            + ", ".join(f"({seed}, {gsd_m:g})" for seed, gsd_m in row.held_out)
            + "; dsm_only_: the ground was estimated from the DSM"
        ),
        "recipe": (
            "AdamW, warm-up and cosine, averaged weights, eight dihedral turns, cross-entropy at "
            f"sampled cells of half the resolution: {numbers}"
        ),
        "steps_done": f"{step} of {row.recipe.steps}",
        "seed": str(row.seed),
        "threads": str(threads),
        "training_time": f"{elapsed_s / 60:.0f} minutes with {threads} threads",
        "versions": (
            f"Python {platform.python_version()}, torch {torch.__version__}, "
            f"numpy {np.__version__}, scipy {scipy.__version__}"
        ),
    }


def main() -> None:
    """Make the bundled model that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", choices=[row.name for row in ROWS], default="default")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the model folders")
    parser.add_argument("--threads", type=int, default=2, help="processor threads")
    parser.add_argument("--steps", type=int, default=0, help="fewer steps, for a trial")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    row = next(row for row in ROWS if row.name == given.name)
    if given.steps:
        row = replace(row, recipe=replace(row.recipe, steps=given.steps))
    make_bundled(row, given.models, given.threads)


if __name__ == "__main__":
    main()
