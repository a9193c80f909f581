# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenes of a fine-tuning: opened on the pixels that the model labels, with their polygons."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...datasets import truth_in
from ...labeling.ground_progress import ground_progress
from ...labeling.remarks import warn_of_inputs
from ...protocol import InputError, file_behind, labeling_resolution
from ...raster.mosaic.inputs import with_mosaics
from ...raster.normalize import measure_band_ranges
from ...raster.reader import SceneSources, open_scene
from ...raster.working import lattice_of, working_scene
from ...training.network_input import NetworkInput
from ..labels.read_labels import read_labels
from ..tuning import TuningScene

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack

    from ...process.reporter import Reporter
    from ...protocol import DrawnInput, Legend, ModelCard
    from ...raster.grid import RasterGrid
    from ...raster.reader import SceneReader
    from ...raster.working import WorkingScene
    from ..labels.label_polygon import LabelPolygon

FILES = ("image", "dsm", "dtm", "labels")


@dataclass(frozen=True)
class OpenScene:
    """Scene of the job, open.

    Args:
        name: file name of the image.
        given: files of the scene.
        working: pixels that the model labels.
        input: normalized input channels.
        at: index among the scenes of the job.
    """

    name: str
    given: DrawnInput
    working: SceneReader | WorkingScene
    input: TuningScene
    at: int

    @property
    def grid(self) -> RasterGrid:
        """Grid of the pixels that the model labels."""
        return self.working.grid

    def polygons(self, legend: Legend, reporter: Reporter) -> tuple[LabelPolygon, ...]:
        """Return the drawn polygons.

        Args:
            legend: legend of the new model.
            reporter: reporter of what is left out.

        Raises:
            InputError: if the labels cannot be used.
        """
        given = self.given
        truth = truth_in(given.labels, given.class_field, given.label_values)
        if truth.coding != "polygons":
            raise InputError(
                f"The labels {given.labels} are a raster, but fine-tuning learns from drawn "
                "polygons: choose a vector layer, or use 'train' for labeled rasters."
            )
        return read_labels(self.working, truth, legend, reporter.warn, self.at)


def open_scenes(
    scenes: Sequence[DrawnInput],
    card: ModelCard,
    scratch: Path,
    files: ExitStack,
    reporter: Reporter,
) -> tuple[OpenScene, ...]:
    """Open all scenes of a job.

    Args:
        scenes: scenes of the job.
        card: card of the model to start from.
        scratch: folder for the estimated ground.
        files: exit stack that closes the scenes.
        reporter: reporter of progress and of doubtful inputs.

    Raises:
        InputError: if a file cannot be used, or the model lacks heights.
        JobCanceled: if the job was canceled.
    """
    opened = []
    for at, given in enumerate(scenes):
        folder = scratch / f"scene_{at}"
        folder.mkdir()
        single = with_mosaics(given, folder).job
        sources = SceneSources.from_input(single, card.roles, f"The model '{card.name}'")
        part = reporter.span(at / len(scenes), (at + 1) / len(scenes))
        reader = files.enter_context(open_scene(sources, folder, ground_progress(part)))
        resolution = labeling_resolution(reader.grid.gsd_m, card)
        name = Path(file_behind(given.image)).name
        prefix = f"{name}: " if len(scenes) > 1 else ""
        if resolution.remark:
            reporter.log(
                "warning" if resolution.is_doubtful else "info", prefix + resolution.remark
            )
        warn_of_inputs(reader, reporter, name if len(scenes) > 1 else "")
        ranges = measure_band_ranges(reader.survey, card.normalization)
        working = working_scene(reader, lattice_of(reader.grid, resolution.gsd_m))
        seen = TuningScene.of(NetworkInput(working, card.normalization, ranges))
        opened.append(OpenScene(name, given, working, seen, at))
    return tuple(opened)


def files_of(scenes: Sequence[DrawnInput]) -> dict[str, str]:
    """Return the input files of scenes, by role; further scenes have a number in their roles."""
    return {
        role if at == 0 else f"{role}_{at + 1}": getattr(scene, role)
        for at, scene in enumerate(scenes)
        for role in FILES
        if getattr(scene, role)
    }
