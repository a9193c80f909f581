# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench.real_scenes ROOT`: bundled models and a simple rule on real scenes.

The root contains scenes that no model was trained on: `real_rural_nir_dsm_50cm`, with LiDAR classes
as truth, and `real_urban_nir_60cm`, chips without heights, with points of trees.

The rule: pixels higher than 2 m with an NDVI below 0.1 are buildings, pixels higher than 1 m with
an NDVI of at least 0.1 are trees.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import rasterio

from ..commands import run_job
from ..protocol import ISPRS, LabelJob
from .benchmark_input import Quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

RURAL, URBAN = "real_rural_nir_dsm_50cm", "real_urban_nir_60cm"
RURAL_BUILDING, RURAL_TREE, RURAL_LOW = 1, 2, (3, 4)  # codes of the reference; others are ignored
BUILDING, TREE = (ISPRS.named(name).code for name in ("building", "tree"))


class Overlap(NamedTuple):
    """Intersection over union with the truth, 0..1.

    Args:
        tree: IoU of trees.
        building: IoU of buildings.
        off_ground: IoU of the union of trees and buildings.
    """

    tree: float
    building: float
    off_ground: float


class TreePoints(NamedTuple):
    """Number of tree points labeled as tree.

    Args:
        hits: number of points labeled as tree.
        points: number of all points.
        tree_share: share of the area labeled as tree, the hit rate expected by chance.
    """

    hits: int
    points: int
    tree_share: float


class RuralScene:
    """Rural scene with its truth, read once for all scores."""

    def __init__(self, root: Path) -> None:
        """Read the scene."""
        self._folder = root / RURAL
        self._image = _read(self._folder / "nir_r_g_b_alpha.tif").astype(np.float32)
        reference = _read(self._folder / "reference_from_lidar_classes.tif")[0]
        self._truth = np.zeros(reference.shape, np.uint8)
        self._truth[reference == RURAL_BUILDING] = BUILDING
        self._truth[reference == RURAL_TREE] = TREE
        known = (RURAL_BUILDING, RURAL_TREE, *RURAL_LOW)
        self._is_known = np.isin(reference, known) & (self._image[4] > 0)

    def score_rule(self) -> Overlap:
        """Return the overlaps of the rule."""
        heights = _read(self._folder / "dsm.tif")[0] - _read(self._folder / "dtm.tif")[0]
        return self._score(rule_labels(self._image[0], self._image[1], heights))

    def score_model(self, model: str, *, with_dtm: bool = True) -> Overlap:
        """Return the overlaps of a model; without DTM, the ground is estimated."""
        job = LabelJob(
            image=str(self._folder / "nir_r_g_b_alpha.tif"),
            dsm=str(self._folder / "dsm.tif"),
            dtm=str(self._folder / "dtm.tif") if with_dtm else "",
            output="",
            model=model,
            nir_band=1,
            red_band=2,
            green_band=3,
        )
        return self._score(_labeled(job))

    def _score(self, codes: np.ndarray) -> Overlap:
        return overlap(codes, self._truth, self._is_known)


def score_urban(root: Path, model: str) -> Iterator[tuple[str, TreePoints]]:
    """Yield the name of each urban chip and the number of its tree points labeled as tree."""
    for image in sorted((root / URBAN).glob("*.tif")):
        job = LabelJob(
            image=str(image), output="", model=model, nir_band=4, red_band=1, green_band=2
        )
        is_tree = _labeled(job) == TREE
        with image.with_suffix(".csv").open(encoding="utf-8") as lines:
            places = [(int(float(row["y"])), int(float(row["x"]))) for row in csv.DictReader(lines)]
        hits = sum(bool(is_tree[place]) for place in places)
        yield image.stem, TreePoints(hits, len(places), float(is_tree.mean()))


def rule_labels(nir: np.ndarray, red: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """Return the labels of the rule, (h, w) uint8: building, tree or 0.

    Args:
        nir: near infrared band, (h, w) float32.
        red: red band in the same unit, (h, w) float32.
        heights: meters above ground, (h, w) float32; NaN is treated as ground.
    """
    ndvi = (nir - red) / np.maximum(nir + red, 1e-6)
    codes = np.zeros(heights.shape, np.uint8)
    codes[(heights > 1) & (ndvi >= 0.1)] = TREE
    codes[(heights > 2) & (ndvi < 0.1)] = BUILDING
    return codes


def overlap(codes: np.ndarray, truth: np.ndarray, is_known: np.ndarray) -> Overlap:
    """Return the overlaps of codes (h, w) with the truth (h, w) within a mask (h, w) bool."""
    shares = []
    for wanted in ((TREE,), (BUILDING,), (TREE, BUILDING)):
        here, there = np.isin(codes, wanted) & is_known, np.isin(truth, wanted) & is_known
        union = (here | there).sum()
        shares.append(float((here & there).sum() / union) if union else float("nan"))
    return Overlap(*shares)


def _labeled(job: LabelJob) -> np.ndarray:
    """Run a job and return its codes, (h, w) uint8."""
    with TemporaryDirectory() as folder:
        run_job(replace(job, output=folder, draw_polygons=False), Quiet())
        return _read(Path(folder) / "classes.tif")[0]


def _read(path: Path) -> np.ndarray:
    with rasterio.open(path) as source:
        bands: np.ndarray = source.read()
        return bands


def main() -> None:
    """Print the scores as JSON."""
    parser = argparse.ArgumentParser(prog="python -m engine.bench.real_scenes", description=__doc__)
    parser.add_argument("root", type=Path, help="folder of the scenes")
    parser.add_argument(
        "--models", default="default,light", help="models with heights, comma-separated"
    )
    parser.add_argument("--image-only", default="image_only", help="model without heights")
    given = parser.parse_args()
    scene = RuralScene(given.root)
    rural = {"rule": scene.score_rule()._asdict()}
    for model in given.models.split(","):
        rural[model] = scene.score_model(model)._asdict()
        rural[f"{model}, DSM alone"] = scene.score_model(model, with_dtm=False)._asdict()
    urban = {name: points._asdict() for name, points in score_urban(given.root, given.image_only)}
    sys.stdout.write(json.dumps({RURAL: rural, URBAN: urban}, indent=2) + "\n")


if __name__ == "__main__":
    main()
