# SPDX-License-Identifier: GPL-2.0-or-later
"""A small scene with known classes that a network can learn; generated, for tests of training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import Progress, TrainJob

from .scenes import write_raster

BRIGHTNESS = np.array(
    [[90, 120, 120], [150, 160, 150], [200, 80, 110], [160, 40, 60]], np.float32
)  # NIR, red, green of impervious surface, building, low vegetation, tree
HEIGHTS_M = np.array([0, 7, 0.3, 10], np.float32)


def write_training_scene(folder: Path, height: int = 96, width: int = 160, seed: int = 0) -> Path:
    """Write image.tif, ndsm.tif and labels.tif, squares of four classes; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 4, (-(-height // 16), -(-width // 16)))
    classes = blocks.repeat(16, 0).repeat(16, 1)[:height, :width]
    noise = rng.normal(0, 12, (3, height, width))
    bands = np.moveaxis(BRIGHTNESS[classes], -1, 0) + noise
    write_raster(folder / "image.tif", bands.clip(1, 255).astype(np.uint8))
    write_raster(folder / "ndsm.tif", HEIGHTS_M[classes])
    labels = (classes + 1).astype(np.uint8)
    labels[:8, :8] = 0
    write_raster(folder / "labels.tif", labels)
    return folder


def small_job(scene: Path, output: Path, **wishes: Any) -> TrainJob:
    """Return a job of a second or two."""
    few: dict[str, Any] = {
        "architecture": "maggiori_skip",
        "options": ("width=1/8",),
        "steps": 12,
        "batch": 2,
        "patch_px": 48,
        "validations": 3,
        "threads": 1,
        "device": "cpu",
        "checkpoint_s": 0.0,
    }
    return TrainJob(
        image=str(scene / "image.tif"),
        labels=str(scene / "labels.tif"),
        dsm=str(scene / "ndsm.tif"),
        heights="ndsm",
        output=str(output),
        **{**few, **wishes},
    )


class Listener(Reporter):
    """Keeps events; asks to stop when progress is said with `stop_at` in it."""

    def __init__(self, stop_at: str = "never") -> None:
        super().__init__(Cancellation())
        self.events: list[Any] = []
        self.stop_at = stop_at

    def emit(self, event: Any) -> None:
        """Keep the event."""
        self.events.append(event)
        if isinstance(event, Progress) and self.stop_at in event.stage:
            self.cancellation.request()

    def said(self, kind: type) -> list[Any]:
        """Return the events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]
