# SPDX-License-Identifier: GPL-2.0-or-later
"""Folders of real scenes: an image, its heights and a raster of true classes each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import rasterio

from ...protocol import ISPRS, InputError, LabelJob
from ...raster.reader import SceneSources, open_scene
from ...tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ...raster.reader import Chip

LAYOUT = """\
Each folder below FOLDER with these files is a scene:
  image.tif or nir*.tif          bands NIR, red, green first
  dsm.tif and perhaps dtm.tif    heights in meters, or
  ndsm.tif                       heights above ground
  truth.tif or reference*.tif    class codes on the grid of the image
  truth.json or *legend.json     optional: names of the codes, such as {"1": "building"}; names that
                                 begin with a class of the legend, 'low vegetation' or 'ground' are
                                 known, others are not scored; default: the codes of ISPRS"""
KNOWN_GROUND = 7  # code of ground that is known, but not whether it is sealed
_CODES = {
    "impervious": ISPRS.named("impervious_surface").code,
    "building": ISPRS.named("building").code,
    "low vegetation": ISPRS.named("low_vegetation").code,
    "tree": ISPRS.named("tree").code,
    "car": ISPRS.named("car").code,
    "clutter": ISPRS.named("clutter").code,
    "ground": KNOWN_GROUND,
}


@dataclass(frozen=True)
class RealScene:
    """Files of a real scene.

    Args:
        name: name of its folder.
        image: image with bands NIR, red, green first.
        truth: raster of the true classes.
        dsm: surface heights, or heights above ground.
        dtm: ground heights; empty: the ground is estimated.
        is_above_ground: whether `dsm` has heights above ground.
        codes: code of the legend, or `KNOWN_GROUND`, of each value of `truth`; 0: not scored.
    """

    name: str
    image: Path
    truth: Path
    dsm: Path
    dtm: Path | None
    is_above_ground: bool
    codes: tuple[int, ...]

    def job(self, model: str, image: Path | None = None, dsm: Path | None = None) -> LabelJob:
        """Return the job that labels the scene, or a version of it with other files."""
        return LabelJob(
            image=str(image or self.image),
            dsm=str(dsm or self.dsm),
            dtm=str(self.dtm or ""),
            heights="ndsm" if self.is_above_ground else "auto",
            output="",
            model=model,
            nir_band=1,
            red_band=2,
            green_band=3,
            draw_polygons=False,
        )

    def read_truth(self) -> np.ndarray:
        """Return codes (h, w) uint8 of the legend, `KNOWN_GROUND`, or 0 where not scored."""
        with rasterio.open(self.truth) as source:
            codes: np.ndarray = np.array(self.codes, np.uint8)[source.read(1)]
            return codes


def find_scenes(folder: Path) -> Iterator[RealScene]:
    """Yield the scenes with heights and truth below a folder, by name; see `LAYOUT`."""
    for each in sorted(path for path in folder.rglob("*") if path.is_dir()):
        image, truth = _first(each, "image.tif", "nir*.tif"), _first(each, "truth.tif", "ref*.tif")
        dsm, above = _first(each, "dsm.tif"), _first(each, "ndsm.tif")
        heights = above or dsm
        if image and truth and heights:
            dtm = None if above else _first(each, "dtm.tif")
            legend = _first(each, "truth.json", "*legend.json")
            yield RealScene(each.name, image, truth, heights, dtm, bool(above), _codes_of(legend))


def read_chip(job: LabelJob, scratch: Path) -> Chip:
    """Return image, heights above ground and validity of a whole scene, as a model gets them."""
    scratch.mkdir(parents=True, exist_ok=True)
    sources = SceneSources.from_job(job, ("nir", "red", "green", "height"))
    with open_scene(sources, scratch) as scene:
        return scene.read(Window(0, 0, scene.grid.height, scene.grid.width))


def _first(folder: Path, *patterns: str) -> Path | None:
    found = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    return found[0] if found else None


def _codes_of(legend: Path | None) -> tuple[int, ...]:
    """Return the code of each value 0..255."""
    codes = [0] * 256
    if legend is None:
        for code in ISPRS.codes:
            codes[code] = code
        return tuple(codes)
    try:
        names = json.loads(legend.read_text(encoding="utf-8"))
        for value, name in names.items():
            words = name.lower().replace("_", " ")
            codes[int(value)] = next((c for n, c in _CODES.items() if words.startswith(n)), 0)
    except (ValueError, AttributeError, IndexError) as error:
        raise InputError(f"{legend} is not a table of names by code: {error}.") from error
    return tuple(codes)
