# SPDX-License-Identifier: GPL-2.0-or-later
"""Benchmark setup: a model and its input in memory, and a silent reporter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..architectures import build
from ..models.bundle import load_bundle, load_network, save_bundle
from ..protocol import (
    BUNDLED_MODELS,
    HEIGHT_ROLE,
    IMAGE_ROLES,
    ISPRS,
    LabelJob,
    ModelCard,
    Normalization,
)
from ..raster.normalize import measure_band_ranges, normalize
from ..raster.reader import SceneSources, open_scene
from ..tiling.window import Window

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class BenchmarkInput:
    """Model and input in memory.

    Args:
        card: card of the model.
        network: network in evaluation mode.
        image: normalized input, (C, H, W) float32.
        valid: mask of valid pixels, (H, W) bool.
    """

    card: ModelCard
    network: nn.Module
    image: np.ndarray
    valid: np.ndarray

    def crop(self, size_px: int) -> BenchmarkInput:
        """Return the input cropped to the upper left corner of the image."""
        corner = (slice(size_px), slice(size_px))
        image = np.ascontiguousarray(self.image[(slice(None), *corner)])
        return BenchmarkInput(self.card, self.network, image, self.valid[corner])


def find_or_make_model(folder: Path) -> Path:
    """Return the bundled default model or, if missing, one with random weights in `folder`."""
    if (BUNDLED_MODELS / "default" / "model.json").is_file():
        return BUNDLED_MODELS / "default"
    return save_random_model(folder / "random", "maggiori_mlp")


def save_random_model(folder: Path, architecture: str) -> Path:
    """Save a model with random weights and return its folder.

    Args:
        folder: folder of the model; must not exist.
        architecture: name in the catalog.
    """
    torch.manual_seed(1)
    card = ModelCard(
        name="random",
        title="Random",
        summary="Random weights.",
        architecture=architecture,
        legend=ISPRS,
        roles=(*IMAGE_ROLES, HEIGHT_ROLE),
        gsd_range_m=(0.05, 0.2),
        normalization=Normalization(),
        license="CC0-1.0",
        weights_sha256="",
    )
    network = build(card.architecture, card.channels, len(card.legend))
    return save_bundle(folder, card, network).folder


def load_input(job: LabelJob, scratch: Path) -> BenchmarkInput:
    """Read the whole input of a job into memory, normalized as in the job."""
    bundle = load_bundle(Path(job.model))
    scratch.mkdir(parents=True, exist_ok=True)
    with open_scene(SceneSources.from_job(job, bundle.card.roles), scratch) as scene:
        ranges = measure_band_ranges(scene.survey, bundle.card.normalization)
        chip = scene.read(Window(0, 0, scene.grid.height, scene.grid.width))
    image = normalize(*chip, bundle.card.normalization, ranges)
    return BenchmarkInput(bundle.card, load_network(bundle), image, chip.valid)
