# SPDX-License-Identifier: GPL-2.0-or-later
"""Comparison: each network is trained or loaded, then scored on the held-out part."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..architectures import count_parameters
from ..datasets import doubts_about_counts, doubts_about_learned
from ..datasets.split import counts_in
from ..metrics import count_classes
from ..models.bundle import WEIGHTS_NAME, load_network, save_bundle
from ..protocol import CARD_NAME, ISPRS, InputError, row_named
from ..raster.normalize import measure_band_ranges
from ..training.network_input import NetworkInput
from ..training.scene_patches import ScenePatches
from .benchmark import labeling_job, measure
from .candidates import card_for, is_architecture
from .split import extent_of
from .table import ComparisonResult
from .training import patch_px_of, train

if TYPE_CHECKING:
    import numpy as np

    from ..datasets.split import Split
    from ..models.bundle import Bundle
    from ..process.reporter import Reporter
    from ..protocol import CompareJob
    from ..raster.reader import SceneReader

TRAIN_SHARE = 0.8  # share of training in the progress of an architecture


@dataclass(frozen=True)
class Comparison:
    """Candidates and data of a comparison.

    Args:
        job: comparison job.
        scene: scene, open for reading.
        truth: classes (H, W) uint8 of the whole scene, `IGNORED` where unlabeled.
        split: training part and held-out part.
        bundles: models among the candidates, by name.
        scratch: folder for temporary files.
    """

    job: CompareJob
    scene: SceneReader
    truth: np.ndarray
    split: Split
    bundles: dict[str, Bundle]
    scratch: Path


def check_parts(comparison: Comparison, reporter: Reporter) -> None:
    """Check both parts of the scene and warn of few labels, before hours of training.

    Raises:
        InputError: if a part has no labels, or the training part is smaller than a patch.
    """
    split, truth = comparison.split, comparison.truth
    part = split.training
    learned = count_classes(split.learned(truth)[part.slices], len(ISPRS))
    scored = counts_in(truth, split.held_out, len(ISPRS))
    for counts, what in ((learned, "training part"), (scored, "held-out part")):
        if not counts.any():
            raise InputError(
                f"No pixel is labeled in the {what}, whichever part is held out: choose "
                "another test_fraction, or labels that cover more of the image."
            )
    known = count_classes(comparison.truth, len(ISPRS))
    doubts = doubts_about_counts(scored, ISPRS, known)
    if any(map(is_architecture, comparison.job.architectures)):
        doubts += doubts_about_learned(learned, ISPRS, known)
    for doubt in doubts:
        reporter.warn(doubt)
    for name in filter(is_architecture, comparison.job.architectures):
        edge_px = patch_px_of(
            card_for(name, comparison.job, comparison.scene.grid.gsd_m), comparison.job
        )
        if min(part.height, part.width) < edge_px:
            raise InputError(
                f"The training part has {part.width} x {part.height} px, less than a patch "
                f"of {edge_px} px, which '{name}' needs: choose a smaller patch_px or "
                "test_fraction, or a larger scene."
            )


def compare(
    comparison: Comparison, staged: dict[str, Path], reporter: Reporter
) -> list[dict[str, Any]]:
    """Return the record of each network, the best first.

    Args:
        comparison: candidates and data.
        staged: paths of class rasters, weights and cards to write, by role.
        reporter: receiver of progress and warnings.

    Raises:
        EngineError: if a network cannot label.
        JobCanceled: if the job was canceled.
    """
    names = comparison.job.architectures
    results = []
    for number, name in enumerate(names):
        part = reporter.span(number / len(names), (number + 1) / len(names))
        results.append(_evaluate(comparison, name, staged, part))
    results.sort(key=lambda result: -result.mean_f1)
    return [result.record(ISPRS) for result in results]


def _evaluate(
    comparison: Comparison, name: str, staged: dict[str, Path], reporter: Reporter
) -> ComparisonResult:
    """Train or load one network, label the held-out part with it, and score the labels."""
    stem = Path(name).name
    bundle, training_s = comparison.bundles.get(name), 0.0
    labeling = reporter
    if bundle is None:
        start_s = time.monotonic()
        bundle = _train(comparison, name, reporter.span(0.0, TRAIN_SHARE))
        training_s = time.monotonic() - start_s
        labeling = reporter.span(TRAIN_SHARE, 1.0)
    parameters = count_parameters(load_network(bundle))
    job = labeling_job(
        comparison.job,
        bundle.folder,
        comparison.scratch / f"labels_{stem}",
        staged[f"classes_{stem}"],
        extent_of(comparison.scene.grid, comparison.split.bounds),
    )
    measured = measure(
        job,
        comparison.split.scored(comparison.truth),
        comparison.scene.grid.sub(comparison.split.bounds),
        labeling,
    )
    if is_architecture(name):
        (bundle.folder / WEIGHTS_NAME).replace(staged[f"weights_{stem}"])
        (bundle.folder / CARD_NAME).replace(staged[f"card_{stem}"])
    return ComparisonResult(
        name=stem,
        was_trained=is_architecture(name),
        parameters=parameters,
        scores=measured.scores,
        mpx_per_s=measured.mpx_per_s,
        peak_memory_mb=measured.peak_memory_mb,
        training_s=training_s,
    )


def _train(comparison: Comparison, name: str, reporter: Reporter) -> Bundle:
    """Return the trained model of an architecture, saved in the scratch folder."""
    card = card_for(name, comparison.job, comparison.scene.grid.gsd_m)
    pretrained = row_named(name).pretrained
    if pretrained:
        reporter.warn(
            f"{card.title} is designed to start from {pretrained} weights but starts from random "
            "ones here: expect lower scores than in its paper."
        )
    ranges = measure_band_ranges(comparison.scene.survey, card.normalization)
    patches = ScenePatches(
        NetworkInput(comparison.scene, card.normalization, ranges),
        comparison.split.learned(comparison.truth),
        comparison.split.training,
    )
    network = train(card, comparison.job, patches, reporter)
    return save_bundle(comparison.scratch / f"model_{name}", card, network)
