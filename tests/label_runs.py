# SPDX-License-Identifier: GPL-2.0-or-later
"""Label jobs for tests of what interrupts them: a scene, a model of many tiles, a listener."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from affine import Affine
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import LabelJob, Log
from orthoscribe.tests.random_models import save_random_model
from orthoscribe.tests.scenes import hills, speckle, write_raster

if TYPE_CHECKING:
    from orthoscribe.engine.protocol import Event

FINE = Affine(0.15, 0, 500_000, 0, -0.15, 5_400_000)
RESULTS = ("classes.tif", "classes.qml", "classes.tif.aux.xml", "polygons.gpkg", "job.json")


def write_label_scene(folder: Path, edge_px: int, blocks_px: int = 16) -> Path:
    """Write an image with plain squares and noise, and heights with boxes; return the folder."""
    squares = speckle(4, -(-edge_px // blocks_px), -(-edge_px // blocks_px), seed=1)
    plain = squares.repeat(blocks_px, 1).repeat(blocks_px, 2)[:, :edge_px, :edge_px]
    noise = speckle(3, edge_px, edge_px) // 8
    heights = hills(edge_px, edge_px) + (plain[3] > 200) * 6
    folder.mkdir(parents=True, exist_ok=True)
    write_raster(folder / "image.tif", plain[:3] // 2 + noise, transform=FINE)
    write_raster(folder / "dsm.tif", heights.astype(np.float32), transform=FINE)
    return folder


def label_job(scene: Path, output: Path, **wishes: object) -> LabelJob:
    """Return a job with the model `model` beside the scene, made if it is missing."""
    model = scene / "model"
    if not model.exists():
        roles = ("nir", "red", "green", "height")
        save_random_model(model, "maggiori_skip", roles, (0.1, 0.2))
    given = {
        "model": str(model),
        "threads": 1,
        "device": "cpu",
        "tile_size_px": 32,
        **wishes,
    }
    return LabelJob(
        image=str(scene / "image.tif"),
        dsm=str(scene / "dsm.tif"),
        output=str(output),
        **given,
    )


def results_in(folder: Path) -> dict[str, bytes]:
    """Return the content of all results but the report, which has times."""
    return {
        name: (folder / name).read_bytes().replace(str(folder).encode(), b"FOLDER")
        for name in RESULTS
    }


class Listener(Reporter):
    """Keeps what is logged, and stops the job once a part of it is done.

    Args:
        stop_at: fraction of the job.
        stop: what is called on the cancellation then.
    """

    def __init__(self, stop_at: float = 2.0, stop=Cancellation.interrupt) -> None:
        super().__init__(Cancellation())
        self.stop_at, self.stop = stop_at, stop
        self.said: list[str] = []
        self.stages: list[str] = []

    def emit(self, event: Event) -> None:
        if isinstance(event, Log):
            self.said.append(event.message)
        self.stages.append(getattr(event, "stage", ""))
        if getattr(event, "fraction", 0.0) >= self.stop_at:
            self.stop(self.cancellation)
