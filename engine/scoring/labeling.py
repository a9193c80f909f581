# SPDX-License-Identifier: GPL-2.0-or-later
"""Labeling a scene as a user would: by a label job, run as a part of another in this process.

So what is scored is what people get, tiles, resampling and all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import rasterio

from ..commands import label
from ..protocol import Artifact, InputError, LabelJob, Log, Progress
from ..runtime.gate import publishing_gate
from ..runtime.reporter import Reporter

if TYPE_CHECKING:
    from ..datasets import LabeledScene
    from ..protocol import EvaluateJob, Event, Legend

NO_CLASS = 254


class SceneLabeler:
    """Labels scenes with the model of a job.

    Args:
        job: says which model, and where it runs.
        known: legend of the model.
        scored: legend to score by; classes are matched by name.

    Raises:
        InputError: the legends share no class.
    """

    def __init__(self, job: EvaluateJob, known: Legend, scored: Legend) -> None:
        self._job = job
        self._index_of = _index_of(known, scored)
        self.warnings: list[str] = []
        self._messages: set[str] = set()  # passed on already, of any level

    def label(self, scene: LabeledScene, scratch: Path, reporter: Reporter) -> np.ndarray:
        """Return the class of each pixel that the model finds, (H, W) uint8: its index.

        `NO_CLASS` is where it finds none, or one that is not scored.

        Args:
            scene: with files that say where they lie.
            scratch: folder for what is written on the way; not there yet.
            reporter: receives progress, and each message once.

        Raises:
            OrthoscribeError: whatever keeps the scene from being labeled.
            JobCanceled: somebody asked to stop.
        """
        hearing = _Hearing(reporter, self.warnings, self._messages)
        label.run(_label_job(scene, self._job, scratch), hearing)
        publishing_gate.leave()  # what was published is scratch, and this job goes on
        with rasterio.open(hearing.classes) as dataset:
            return self._index_of[dataset.read(1)]


class _Hearing(Reporter):
    """Listens to the label job: passes on progress and new messages, keeps warnings and classes."""

    def __init__(self, listener: Reporter, warnings: list[str], messages: set[str]) -> None:
        super().__init__(listener.cancellation)
        self._listener, self._warnings, self._messages = listener, warnings, messages
        self.classes = Path()

    def emit(self, event: Event) -> None:
        if isinstance(event, Artifact) and event.role == "classes":
            self.classes = Path(event.path)
        elif isinstance(event, Progress):
            self._listener.emit(event)
        elif isinstance(event, Log) and event.message not in self._messages:
            self._messages.add(event.message)
            if event.level == "warning":
                self._warnings.append(event.message)
            self._listener.emit(event)


def _label_job(scene: LabeledScene, job: EvaluateJob, scratch: Path) -> LabelJob:
    nir, red, green = scene.bands
    return LabelJob(
        image=scene.image,
        output=str(scratch),
        dsm=scene.dsm,
        dtm=scene.dtm,
        heights=scene.heights,
        model=job.model,
        nir_band=nir,
        red_band=red,
        green_band=green,
        dsm_band=job.dsm_band,
        dtm_band=job.dtm_band,
        draw_polygons=False,
        device=job.device,
        threads=job.threads,
    )


def _index_of(known: Legend, scored: Legend) -> np.ndarray:
    """Return the index in the scored legend of each code of the model, (256,) uint8."""
    index_of = np.full(256, NO_CLASS, np.uint8)
    names = [one.name for one in scored.classes]
    shared = [one for one in known.classes if one.name in names]
    if not shared:
        raise InputError(
            f"The model knows {', '.join(one.name for one in known.classes)}, and the labels "
            f"{', '.join(names)}: choose a model with the same classes."
        )
    for one in shared:
        index_of[one.code] = names.index(one.name)
    return index_of
