# SPDX-License-Identifier: GPL-2.0-or-later
"""Worker: an opened run in the process that works on its parts."""

from __future__ import annotations

import os
import platform
import shutil
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..labeling.labeler import Labeler, LabelingOptions
from ..models.bundle import load_bundle
from ..models.store import find_model
from ..outputs.report import versions
from ..polygons.outline_files import save_outlines
from ..process.allocator import keep_freed_memory
from ..process.memory import peak_memory_mb
from ..process.reporter import SilentReporter
from ..protocol import EngineError
from ..raster.ground_parts import GroundParts
from ..raster.reader import SceneSources, open_scene
from ..raster.writer import ByteWriter
from .outlining import opened_work
from .record import read_record
from .store import PartStore
from .task import CLASSES, CONFIDENCE, GROUND, LABEL, OUTLINE, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..polygons.object_outlines import ObjectWork
    from ..raster.reader import LabeledWindow, SceneReader

UNCOMPARED = ("python",)  # any supported version gives the same labels


class OpenedRun:
    """A run whose scene stays open between parts.

    Args:
        record: path of the record of the run.
        digest: hash of the record.
        slot: number of the worker on its computer, which selects its graphics card.

    Raises:
        InputError: if the record or an input cannot be read on this computer.
        EngineError: if the software of this worker is of other versions.
        ModelError: if the model cannot be used.
    """

    def __init__(self, record: Path, digest: str, slot: int = 0) -> None:
        """Read the record; rasters are opened when they are needed."""
        keep_freed_memory()
        self._record = read_record(record, digest)
        refuse_other_versions(self._record.versions)
        if self._record.gpus > 1:  # torch reads it when it first uses a graphics card
            os.environ.setdefault("CUDA_VISIBLE_DEVICES", str(slot % self._record.gpus))
        self._store = PartStore(record.parent)
        self._opened = ExitStack()

    def do(self, task: Task) -> None:
        """Work on a part, unless it is done.

        Raises:
            InputError: if a file cannot be read.
            OutputError: if the part cannot be written.
            ModelError: if the model cannot be used.
        """
        if self._store.is_done(task.name):
            return
        folder = self._store.scratch()
        try:
            work = {GROUND: self._write_ground, LABEL: self._label, OUTLINE: self._outline}
            paths = work[task.kind](task, folder)
            self._store.finish(task.name, paths, {"worker": platform.node()})
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def peak_memory_mb(self) -> int | None:
        """Return the peak memory of this process in MB."""
        return peak_memory_mb()

    def close(self) -> None:
        """Close the rasters."""
        self._opened.close()

    @cached_property
    def _labeler(self) -> Labeler:
        job = self._record.job
        return Labeler(load_bundle(find_model(job.model)), LabelingOptions.from_job(job))

    @cached_property
    def _sources(self) -> SceneSources:
        record = self._record
        roles = self._labeler.bundle.card.roles
        return SceneSources.from_job(record.job, roles, record.reach_px, record.ground)

    @cached_property
    def _ground(self) -> GroundParts:
        return self._opened.enter_context(GroundParts(self._sources))

    @cached_property
    def _scene(self) -> SceneReader:
        return self._opened.enter_context(open_scene(self._sources, self._store.folder))

    @cached_property
    def _objects(self) -> ObjectWork:
        record, legend = self._record, self._labeler.bundle.card.legend
        folder = Path(record.outlines)
        return opened_work(folder, self._scene, legend, record.job, self._opened)

    def _write_ground(self, task: Task, folder: Path) -> list[Path]:
        path = folder / f"{task.name}.tif"
        self._ground.write(task.number, path)
        return [path]

    def _label(self, task: Task, folder: Path) -> list[Path]:
        """Label a part into one file of codes, and one of confidence if it is wanted."""
        part, scene = self._record.parts[task.number], self._scene
        grid = scene.wanted_grid.sub(part.place)
        kinds = (CLASSES, CONFIDENCE) if self._record.with_confidence else (CLASSES,)
        paths = [folder / task.raster(kind) for kind in kinds]
        with ExitStack() as opened:
            writers = [
                opened.enter_context(ByteWriter(path, grid, is_scratch=True)) for path in paths
            ]

            def write(result: LabeledWindow) -> None:
                window = result.window.shift(-part.place.row, -part.place.col)
                for writer, values in zip(writers, (result.codes, result.percents), strict=False):
                    if values is not None:
                        writer.write(window, values)

            self._labeler.label(
                scene,
                self._record.job.band_ranges,
                write,
                SilentReporter(),
                with_confidence=self._record.with_confidence,
                part=part.window,
            )
        return paths

    def _outline(self, task: Task, folder: Path) -> list[Path]:
        """Outline the buildings and cars of a block."""
        path = folder / f"{task.name}.npz"
        save_outlines(path, self._objects.outline(task.number))
        return [path]


def refuse_other_versions(expected: Mapping[str, str]) -> None:
    """Check that this process has the versions of the one that coordinates the run.

    Raises:
        EngineError: if a version differs.
    """
    own = versions()
    differing = [
        f"{name} {own.get(name, 'missing')} instead of {version}"
        for name, version in expected.items()
        if name not in UNCOMPARED and own.get(name) != version
    ]
    if differing:
        raise EngineError(
            f"The worker on {platform.node()} has {', '.join(differing)}: install the same version "
            "of Orthoscribe's engine there, because others can give other labels."
        )
