# SPDX-License-Identifier: GPL-2.0-or-later
"""Labeling for evaluation: the pipeline of a label job, with class indices as its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..labeling.ground_progress import ground_progress
from ..labeling.labeler import Labeler, LabelingOptions
from ..labeling.remarks import scene_notes, scene_remarks
from ..labeling.scene_sample import sample_scene
from ..protocol import InputError
from ..raster.mosaic.inputs import with_mosaics
from ..raster.normalize import measure_band_ranges
from ..raster.reader import SceneSources, open_scene

if TYPE_CHECKING:
    from pathlib import Path

    from ..datasets import LabeledScene
    from ..models.bundle import Bundle
    from ..process.reporter import Reporter
    from ..protocol import EvaluateJob, Legend
    from ..raster.reader import LabeledWindow, SceneReader

NO_CLASS = 254
OPENED = 0.1  # progress when a scene is open


class SceneLabeler:
    """Labeler of the scenes of an evaluation.

    Args:
        job: evaluation job, with the device.
        bundle: model to evaluate.
        scored: legend of the scores; classes are matched by name.

    Raises:
        InputError: if the legends share no class.
        ModelError: if the model must be trained first.
    """

    def __init__(self, job: EvaluateJob, bundle: Bundle, scored: Legend) -> None:
        self._labeler = Labeler(bundle, LabelingOptions(device=job.device, threads=job.threads))
        self._index_of = _index_of(bundle.card.legend, scored)
        self._logged: set[str] = set()
        self.warnings: list[str] = []

    def label(self, scene: LabeledScene, scratch: Path, reporter: Reporter) -> np.ndarray:
        """Return the class index of each pixel in the legend of the scores, (H, W) uint8.

        It is `NO_CLASS` where a pixel has no label, or one that is not scored.

        Args:
            scene: scene with georeferenced files.
            scratch: folder for the estimated ground; is created.
            reporter: reporter of progress, and of each message once.

        Raises:
            InputError: if a file cannot be used.
            ModelError: if the weights cannot be used.
            DeviceError: if the device cannot be used.
            JobCanceled: if the job was canceled.
        """
        scratch.mkdir(parents=True)
        card = self._labeler.bundle.card
        single = with_mosaics(scene, scratch).job
        sources = SceneSources.from_input(single, card.roles, f"The model '{card.name}'")
        with open_scene(sources, scratch, ground_progress(reporter.span(0, OPENED))) as opened:
            self._log_remarks(opened, reporter)
            codes = np.zeros((opened.grid.height, opened.grid.width), np.uint8)

            def keep(result: LabeledWindow) -> None:
                codes[result.window.slices] = result.codes

            ranges = measure_band_ranges(opened.survey, card.normalization)
            self._labeler.label(opened, ranges, keep, reporter.span(OPENED, 1))
        return self._index_of[codes]

    def _log_remarks(self, scene: SceneReader, reporter: Reporter) -> None:
        """Log notes and warnings about a scene; keep the warnings."""
        card, resolution = self._labeler.bundle.card, self._labeler.resolution(scene.grid)
        sample = sample_scene(scene)
        halo_px = self._labeler.options.halo_px
        warnings = scene_remarks(scene, sample, card, resolution, halo_px)
        notes = scene_notes(scene, sample)
        if resolution.remark and not resolution.is_doubtful:
            notes.append(resolution.remark)
        for level, messages in (("info", notes), ("warning", warnings)):
            for message in messages:
                self._log_once(level, message, reporter)

    def _log_once(self, level: str, message: str, reporter: Reporter) -> None:
        if message in self._logged:
            return
        self._logged.add(message)
        if level == "warning":
            self.warnings.append(message)
        reporter.log(level, message)


def _index_of(model: Legend, scored: Legend) -> np.ndarray:
    """Return the index in the scored legend of each code of the model, (256,) uint8."""
    index_of = np.full(256, NO_CLASS, np.uint8)
    names = [one.name for one in scored.classes]
    shared = [one for one in model.classes if one.name in names]
    if not shared:
        raise InputError(
            f"The classes of the model are {', '.join(one.name for one in model.classes)}, those "
            f"of the labels {', '.join(names)}: choose a model with the same classes."
        )
    for one in shared:
        index_of[one.code] = names.index(one.name)
    return index_of
