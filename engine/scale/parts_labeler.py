# SPDX-License-Identifier: GPL-2.0-or-later
"""Labeler in parts: does in several processes what a `Labeler` does in one, equally."""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..models.bundle import WEIGHTS_NAME
from ..outputs.report import run_id_of, versions
from ..protocol import CARD_NAME, JobError, card_to_json, row_named
from ..raster.ground_parts import GroundParts
from ..raster.mosaic.inputs import MOSAIC_ROLES
from .merge import merged
from .outlining import PartsOutliner
from .record import RunRecord
from .run_tasks import run_tasks
from .super_tiles import plan_parts
from .task import GROUND, LABEL, OUTLINE, Task
from .worker import UNCOMPARED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..labeling.label_journal import LabelJournal
    from ..labeling.labeler import Labeler
    from ..process.reporter import Reporter
    from ..protocol import LabelJob
    from ..raster.mosaic.build import Mosaic
    from ..raster.mosaic.inputs import JobMosaics
    from ..raster.reader import LabeledWindow, SceneReader, SceneSources
    from ..tiling.window import Window
    from .run_tasks import Workers
    from .store import OwnedStore
    from .super_tiles import Part
    from .task import TaskResult

MODEL = "model"


class PartsLabeler:
    """Labels a scene in parts.

    Args:
        labeler: labeler of the run in one process.
        mosaics: job with single rasters.
        store: store of the parts, open.
        workers: processes that do the tasks.
        threads: number of CPU threads of a worker; 0: as many as its scheduler gives it.
        gpus: number of graphics cards that workers of this computer share; 0: each has its own.
    """

    def __init__(
        self,
        labeler: Labeler,
        mosaics: JobMosaics[LabelJob],
        store: OwnedStore,
        workers: Workers,
        *,
        threads: int = 0,
        gpus: int = 0,
    ) -> None:
        refuse_whole_image(labeler)
        self._labeler, self._mosaics, self._store = labeler, mosaics, store
        self.workers, self._gpus = workers, gpus
        self._job = replace(
            _kept_in(store, mosaics),
            cluster="",
            model=str(_copied_model(labeler, store)),
            threads=threads,
        )
        self._ground = ""
        self._results: list[TaskResult] = []
        self._count, self._join_s = 0, 0.0
        self._reach_px: int | None = None
        self._outliner: PartsOutliner | None = None

    def with_ground(self, sources: SceneSources, reporter: Reporter) -> SceneSources:
        """Return the sources with the ground under their DSM, estimated in parts if it is needed.

        Raises:
            InputError: if a file cannot be used.
            JobCanceled: if the job was canceled.
        """
        if sources.heights is None or sources.heights.known_heights != "dsm":
            return sources
        target = self._store.file("ground.vrt")
        with GroundParts(sources) as parts:
            record = self._record(sources.reach_px)
            tasks = self._tasks(GROUND, record, range(len(parts)))
            run_tasks(tasks, self._store, self.workers, reporter, "Estimating the ground")
            paths = {task.number: self._store.file(f"{task.name}.tif") for task in tasks}
            parts.join(paths, target)
        self._ground = str(target)
        return replace(sources, ground=self._ground)

    def label(
        self,
        scene: SceneReader,
        band_ranges: Sequence[tuple[float, float]],
        on_result: Callable[[LabeledWindow], None],
        reporter: Reporter,
        *,
        with_confidence: bool = False,
        journal: LabelJournal | None = None,
    ) -> None:
        """Label the wanted part of a scene; see `Labeler.label`."""
        parts = self.parts(scene)
        core_px = self._labeler.core_px(scene)
        self._job = replace(
            self._job,
            band_ranges=tuple((low, high) for low, high in band_ranges),
            tile_size_px=core_px,
        )
        self._reach_px = self._labeler.reach_px(scene.grid)
        record = self._record(self._reach_px)
        record = replace(record, parts=parts, with_confidence=with_confidence)
        tasks = self._tasks(LABEL, record, [part.number for part in parts])
        span = reporter.span(0.0, 0.9)
        self._count, self._results = (
            len(parts),
            run_tasks(tasks, self._store, self.workers, span, "Labeling"),
        )
        self.workers.close()  # joining and tracing need their memory
        span = reporter.span(0.9, 1.0)
        start_s = time.monotonic()
        for result in merged(self._store, parts, with_confidence=with_confidence):
            reporter.raise_if_canceled()
            on_result(result)
            span.progress(result.window.row / scene.wanted.height, "Joining the parts")
        self._join_s = time.monotonic() - start_s

    @contextmanager
    def outliner(self, scene: SceneReader) -> Iterator[PartsOutliner]:
        """Yield what outlines the objects of a labeled scene, whose parts have a confidence."""

        def tasks_of(folder: Path, blocks: Sequence[int]) -> list[Task]:
            record = replace(self._record(self._reach_px), outlines=str(folder), gpus=0)
            return self._tasks(OUTLINE, record, blocks)

        with PartsOutliner(self._store, self.workers, tasks_of) as outliner:
            outliner.prepare(self.parts(scene), scene.wanted_grid)
            self._outliner = outliner
            yield outliner

    def summary(self) -> dict[str, Any]:
        """Return the entry `parts` of the report: their number, and what this run did of them."""
        outlined = self._outliner.results if self._outliner else []
        done = [*self._results, *outlined]
        peaks = [result.peak_memory_mb for result in done if result.peak_memory_mb]
        return {
            "count": self._count,
            "labeled": len(self._results),
            "work_s": round(sum(result.seconds for result in self._results), 3),
            "join_s": round(self._join_s, 3),
            "outline_work_s": round(sum(result.seconds for result in outlined), 3),
            "outline_s": round(self._outliner.seconds if self._outliner else 0.0, 3),
            "worker_peak_memory_mb": max(peaks, default=None),
        }

    def remove_parts(self) -> None:
        """Remove the files of the parts, when the results are published."""
        self._store.remove()

    def parts(self, scene: SceneReader) -> tuple[Part, ...]:
        """Return the super-tiles of a scene that have pixels to label."""
        return parts_of(self._labeler, scene, self._mosaics.of_role.get("image"))

    def _record(self, reach_px: int | None) -> RunRecord:
        return RunRecord(self._job, versions(), reach_px, self._ground, gpus=self._gpus)

    def _tasks(self, kind: str, record: RunRecord, numbers: Sequence[int]) -> list[Task]:
        path = self._store.file(f"{kind}.json")
        digest = record.write(path)
        return [Task(kind, number, str(path), digest) for number in numbers]


def parts_of(labeler: Labeler, scene: SceneReader, image: Mosaic | None) -> tuple[Part, ...]:
    """Return the super-tiles of a scene that have pixels to label.

    Args:
        labeler: labeler of the run in one process.
        scene: open scene.
        image: mosaic of the image; None for a single raster.
    """
    working = labeler.working(scene)

    def owned(window: Window) -> Window:
        place = working.image_window(window)
        if place.is_empty or (image is not None and not image.coverage.touches(place)):
            return place._replace(height=0)
        if not scene.asks_any(place):
            return place._replace(height=0)
        return place.shift(-scene.wanted.row, -scene.wanted.col)

    stride_px = labeler.stride_px
    return tuple(plan_parts(working.wanted, stride_px, labeler.core_px(scene), owned))


def key_of(job: LabelJob, mosaics: JobMosaics[LabelJob], labeler: Labeler) -> str:
    """Return a hash of everything that the parts of a job depend on.

    Files are identified by size and date: hashes of thousands of tiles would take hours.
    """
    states = [run_id_of(job), card_to_json(labeler.bundle.card)]
    states += [
        f"{name} {version}" for name, version in versions().items() if name not in UNCOMPARED
    ]
    for role, mosaic in mosaics.of_role.items():
        states.append(f"{role} {mosaic.describe()['listing_sha256']}")
    for role in (*MOSAIC_ROLES, "area"):
        path = Path(str(getattr(job, role)).partition("|")[0])
        if role not in mosaics.of_role and path.is_file():
            stat = path.stat()
            states.append(f"{role} {stat.st_size} {stat.st_mtime_ns}")
    return sha256("\n".join(states).encode()).hexdigest()


def refuse_whole_image(labeler: Labeler) -> None:
    """Check that a model can label a part of a scene.

    Raises:
        JobError: if the network needs the whole image.
    """
    card, given = labeler.bundle.card, labeler.options.halo_px
    if given < 0 and row_named(card.architecture).geometry(card.options).halo_px is None:
        raise JobError(
            f"The model '{card.name}' looks at the whole image at once, so its labels cannot be "
            "made in parts: leave 'cluster' out, or choose another model."
        )


def _kept_in(store: OwnedStore, mosaics: JobMosaics[LabelJob]) -> LabelJob:
    """Return the job with its virtual rasters copied to the store, which all workers share."""
    copies: dict[str, Any] = {}
    for role, mosaic in mosaics.of_role.items():
        source, bar, declared = mosaic.path.partition("|")
        copy = store.file(Path(source).name)
        shutil.copyfile(source, copy)
        copies[role] = f"{copy}{bar}{declared}"
    return replace(mosaics.job, **copies)


def _copied_model(labeler: Labeler, store: OwnedStore) -> Path:
    """Return a copy of the model in the store; its card has the hash of the weights."""
    folder = store.file(f"{MODEL}-{labeler.bundle.card.weights_sha256[:12]}")
    folder.mkdir(exist_ok=True)
    for name in (WEIGHTS_NAME, CARD_NAME):
        shutil.copyfile(labeler.bundle.folder / name, folder / name)
    return folder
