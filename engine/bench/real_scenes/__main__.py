# SPDX-License-Identifier: GPL-2.0-or-later
"""Models with heights and a simple rule on the real scenes of a folder, and on generated scenes.

Each scene is labeled with its heights as given, smoothed by a median of 1 m and a Gaussian of
0.5 m, and in pixels of 0.5 and 1 m, like surfaces from image matching. The rule, on the same
heights: what is green and higher than 1 m is a tree, what is not and higher than 2 m a building.
`--generated` scores random scenes with flaws, `--parks` parks of broad crowns and wide avenues.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import rasterio

from .generated import score_generated, summary_of
from .labeled import labeled, read_raster
from .parks import score_parks
from .scene_folder import LAYOUT, RealScene, find_scenes, read_chip
from .scores import rule_labels, scores_of
from .surfaces import versions_of
from .tree_points import score_tree_points

NIR_GAINS = (0.7, 1.4)


def main() -> None:
    """Print the scores as JSON."""
    parser = argparse.ArgumentParser(
        prog="python -m engine.bench.real_scenes",
        description=__doc__,
        epilog=LAYOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--folder", type=Path, help="folder of real scenes")
    parser.add_argument("--models", default="default,light", help="comma-separated")
    parser.add_argument("--image-only", default="image_only", help="model for tree points")
    parser.add_argument("--generated", type=int, default=0, help="number of generated scenes")
    parser.add_argument("--seeds", type=int, default=9_000_000, help="first seed of these")
    parser.add_argument("--parks", type=int, default=0, help="number of generated parks")
    given = parser.parse_args()
    models = given.models.split(",")
    if given.folder is not None:
        if not given.folder.is_dir():
            sys.stderr.write(f"There is no folder {given.folder}: no real scene is scored.\n")
        for scene in find_scenes(given.folder):
            _print({"scene": scene.name, **_scores_of_scene(scene, models)})
        for name, points in score_tree_points(given.folder, given.image_only):
            _print({"image": name, **points._asdict()})
    for model in models if given.parks else ():
        with TemporaryDirectory() as folder:
            for row in score_parks(model, given.parks, Path(folder)):
                _print({"model": model, **row})
    for model in models if given.generated else ():
        with TemporaryDirectory() as folder:
            rows = []
            for row in score_generated(model, given.seeds, given.generated, Path(folder)):
                rows.append(row)
                _print({"model": model, **row})
            _print({"model": model, "summary": summary_of(rows)})


def _scores_of_scene(scene: RealScene, models: list[str]) -> dict[str, Any]:
    """Return the scores of the rule and of each model on each version of the DSM."""
    truth = scene.read_truth()
    found: dict[str, Any] = {}
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, dsm in versions_of(scene.dsm, folder):
            chip = read_chip(scene.job("", dsm=dsm), folder / name)
            found[name] = {"rule": scores_of(rule_labels(chip), truth, chip)}
            for model in models:
                codes = labeled(scene.job(model, dsm=dsm))
                found[name][model] = scores_of(codes, truth, chip)
                if name == "as given":
                    found[name][model] |= _moved(scene, model, codes, folder)
    return found


def _moved(scene: RealScene, model: str, codes: np.ndarray, folder: Path) -> dict[str, float]:
    """Return the share of labels that gains of near infrared move, by the name of the gain."""
    moved = {}
    for gain in NIR_GAINS:
        path = folder / f"gain_{gain}.tif"
        with rasterio.open(scene.image) as source:
            profile, masks = source.profile, source.read_masks(1)
        bands = read_raster(scene.image)[:3].astype(np.float32)
        bands[0] *= np.float32(gain)
        bands[:, masks == 0] = np.nan
        profile.update(count=3, dtype="float32", nodata=np.nan)
        with rasterio.open(path, "w", **profile) as target:
            target.write(bands)
        again = labeled(scene.job(model, image=path))
        moved[f"moved_by_nir_x{gain:g}"] = float((again != codes)[codes > 0].mean())
    return moved


def _print(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(_rounded(record)) + "\n")
    sys.stdout.flush()


def _rounded(value: Any) -> Any:
    """Return a record with numbers rounded, and null instead of NaN."""
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


if __name__ == "__main__":
    main()
