# SPDX-License-Identifier: GPL-2.0-or-later
"""A small scene with drawn polygons, a model to start from, and jobs of a second or two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import rasterio
import shapely
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.models.bundle import save_bundle
from orthoscribe.engine.protocol import FinetuneJob, LandClass, Legend, ModelCard, Normalization

from .training_scene import write_training_scene

# Names that generated scenes do not have, so the home domain, which takes seconds, is left out.
LEGEND = Legend(
    tuple(
        LandClass(code, name, name.capitalize(), (40 * code, 200 - 40 * code, 90))
        for code, name in enumerate(("paved", "roof", "meadow", "wood"), 1)
    )
)
ROLES = ("nir", "red", "green", "height")
BLOCK_PX, DRAWN_PX = 16, 8


def write_drawn_scene(folder: Path, polygons: int = 24, seed: int = 0) -> Path:
    """Write image.tif, ndsm.tif and labels.gpkg with squares of four classes; return the folder."""
    write_training_scene(folder, 160, 240, seed)
    with rasterio.open(folder / "labels.tif") as dataset:
        classes, transform, crs = dataset.read(1), dataset.transform, dataset.crs
    blocks = classes[BLOCK_PX // 2 :: BLOCK_PX, BLOCK_PX // 2 :: BLOCK_PX]
    places = np.argwhere(blocks > 0)
    chosen = np.linspace(0, len(places) - 1, polygons).round().astype(int)
    shapes, names = [], []
    for row, col in places[chosen]:
        top, left = (BLOCK_PX * at + (BLOCK_PX - DRAWN_PX) // 2 for at in (row, col))
        x, y = transform @ (left, top)
        edge_m = DRAWN_PX * transform.a
        shapes.append(shapely.box(x, y - edge_m, x + edge_m, y))
        names.append(LEGEND.classes[blocks[row, col] - 1].name)
    write_labels(folder / "labels.gpkg", shapes, names, str(crs))
    return folder


def write_labels(path: Path, shapes: list[Any], names: list[str], crs: str) -> None:
    """Write polygons with a field `class`."""
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, object)), [np.array(names, object)], ["class"],
        driver="GPKG", geometry_type="Polygon", crs=crs, layer="labels",
    )  # fmt: skip


def save_start_model(folder: Path, architecture: str = "maggiori_mlp") -> Path:
    """Save a small model with random weights and return its folder."""
    torch.manual_seed(0)
    options = {"width": "1/8"} if architecture.startswith("maggiori") else {}
    card = ModelCard(
        name=folder.name,
        title="Start model",
        summary="Random weights.",
        architecture=architecture,
        legend=LEGEND,
        roles=ROLES,
        gsd_range_m=(0.5, 0.5),
        normalization=Normalization(),
        license="CC0-1.0",
        weights_sha256="",
        options=options,
        scores={"mean_f1": 0.5},
    )
    network = build(architecture, card.channels, len(LEGEND), options)
    return save_bundle(folder, card, network.eval()).folder


def small_finetuning(scene: Path, start: Path, output: Path, **wishes: Any) -> FinetuneJob:
    """Return a job of a second or two."""
    few: dict[str, Any] = {
        "steps": 12,  # fewer leave a random network at the level of guessing
        "fold_steps": 6,
        "folds": 2,
        "threads": 1,
        "device": "cpu",
        "mixed_precision": "no",
        "checkpoint_s": 0.0,
        "minutes": 10.0,
    }
    return FinetuneJob(
        image=str(scene / "image.tif"),
        dsm=str(scene / "ndsm.tif"),
        heights="ndsm",
        labels=str(scene / "labels.gpkg"),
        start=str(start),
        output=str(output),
        **{**few, **wishes},
    )


def finetuning_of(output: Path) -> dict[str, Any]:
    """Return the entry `finetuning` of the report in a folder."""
    text = (output / "report.json").read_text(encoding="utf-8")
    values: dict[str, Any] = json.loads(text)["finetuning"]
    return values
