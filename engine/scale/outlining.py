# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlining in parts: buildings and cars of the joined class raster, block by block.

The process that coordinates the run traces the regions. A worker outlines those of a block from
the pixels around them, which it reads from arrays in the store, so no object is cut by a seam.
"""

from __future__ import annotations

import shutil
import time
import uuid
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from ..outputs.destination import writing
from ..polygons.codes import GroundCodes
from ..polygons.object_outlines import ObjectWork
from ..polygons.object_regions import ObjectRegions
from ..polygons.outline_files import load_outlines
from ..polygons.pixels import PixelReader, read_scratch_array
from ..polygons.trace import GROUND, OBJECTS
from ..protocol import BandTraits, InputError
from ..raster.mosaic.member import Bands, Member
from ..raster.mosaic.vrt import vrt_text
from ..raster.opening import open_raster, reading
from ..raster.windows import raster_window
from ..raster.writer import BLOCK_PX
from .run_tasks import run_tasks
from .task import CONFIDENCE, LABEL, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    from typing_extensions import Self

    from ..polygons.object_outlines import BlockOutlines
    from ..process.reporter import Reporter
    from ..protocol import LabelJob, Legend
    from ..raster.grid import RasterGrid
    from ..raster.reader import SceneReader
    from ..tiling.window import Window
    from .run_tasks import Workers
    from .store import PartStore
    from .super_tiles import Part
    from .task import TaskResult

REGIONS, CONFIDENCE_VRT = "regions.npy", "confidence.vrt"
BANDS = Bands((BandTraits(1),), ("uint8",), ((1.0, 0.0),), ("",))
FOLDER = "outlines"


class PartsOutliner:
    """Outlines the objects of a run in parts; a context manager that removes its arrays.

    The arrays get a new folder, because a worker of an interrupted run may still read the old ones.

    Args:
        store: store of the parts, open.
        workers: processes that do the tasks.
        tasks_of: function from the folder of the arrays and numbers of blocks to tasks.
    """

    def __init__(
        self,
        store: PartStore,
        workers: Workers,
        tasks_of: Callable[[Path, Sequence[int]], list[Task]],
    ) -> None:
        self._store, self._workers, self._tasks_of = store, workers, tasks_of
        self.folder = store.file(f"{FOLDER}-{uuid.uuid4().hex[:12]}")
        self.results: list[TaskResult] = []
        self.seconds = 0.0

    def prepare(self, parts: Sequence[Part], grid: RasterGrid) -> None:
        """Write a virtual raster of the confidence of all parts.

        Raises:
            OutputError: if it cannot be written.
        """
        names = [Task(LABEL, part.number).raster(CONFIDENCE) for part in parts]
        places = [part.place for part in parts]
        members = [
            Member(
                str(self._store.file(name)),
                grid.sub(place),
                BANDS,
                (None,),
                False,
                (BLOCK_PX, BLOCK_PX),
            )
            for name, place in zip(names, places, strict=True)
        ]
        target = self.folder / CONFIDENCE_VRT
        with writing(target):
            text = vrt_text(grid, members, places, with_mask=False)
            target.write_text(text, encoding="utf-8")

    def __call__(self, work: ObjectWork, reporter: Reporter) -> Iterator[BlockOutlines]:
        """Yield the objects of all blocks.

        Raises:
            InputError: if some blocks could not be outlined; all others are done then.
            EngineError: if no worker can be reached.
            JobCanceled: if the job was canceled.
        """
        start_s = time.monotonic()
        path = self.folder / REGIONS
        with writing(path):
            np.save(path, work.regions.rows)
        tasks = self._tasks_of(self.folder, range(work.regions.blocks))
        self.results = run_tasks(tasks, self._store, self._workers, reporter, "Outlining")
        self._workers.close()
        self.seconds = time.monotonic() - start_s
        for task in tasks:
            yield _loaded(self._store.file(f"{task.name}.npz"))

    def __enter__(self) -> Self:
        """Make the folder.

        Raises:
            OutputError: if it cannot be made.
        """
        for former in self._store.folder.glob(f"{FOLDER}-*"):
            shutil.rmtree(former, ignore_errors=True)
        with writing(self.folder):
            self.folder.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def opened_work(
    folder: Path, scene: SceneReader, legend: Legend, job: LabelJob, opened: ExitStack
) -> ObjectWork:
    """Return what outlines are made from, as a worker reads it.

    Args:
        folder: folder of the arrays.
        scene: open scene.
        legend: legend of the class raster.
        job: job with the options of the polygons.
        opened: stack of the files to close.

    Raises:
        InputError: if a file cannot be read on this computer.
    """
    grid, heights = scene.wanted_grid, scene.wanted_heights
    confidence = opened.enter_context(open_raster(str(folder / CONFIDENCE_VRT), CONFIDENCE))

    def read_confidence(window: Window) -> np.ndarray:
        with reading(confidence, CONFIDENCE):
            return confidence.read(1, window=raster_window(window))

    objects, ground = (read_scratch_array(folder / name, grid) for name in (OBJECTS, GROUND))
    return ObjectWork(
        ObjectRegions(np.load(folder / REGIONS, mmap_mode="r")),
        PixelReader(objects, ground, read_confidence, None if heights is None else heights.read),
        GroundCodes.of_legend(legend),
        job,
        grid.gsd_m,
    )


def _loaded(path: Path) -> BlockOutlines:
    try:
        return load_outlines(path)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise InputError(
            f"The part {path} cannot be read ({error}): remove its folder and start again."
        ) from error
