# SPDX-License-Identifier: GPL-2.0-or-later
"""Labeler: labels open scenes with one model, tile by tile.

The label job writes its results to rasters, and evaluation counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ..models.readiness import refuse_untrained
from ..process.device import available_threads, choose_device
from ..protocol import InputError, labeling_resolution, row_named
from ..raster.normalize import normalize
from ..raster.working import image_reach_px, lattice_of, working_scene
from .label_journal import STARTS_OVER, write_again
from .memory_check import comfortable_tile_px, fitting_schedule
from .predictor_cache import predictor_of
from .sliding_window import label_scene, schedule_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from ..models.bundle import Bundle
    from ..process.reporter import Reporter
    from ..protocol import LabelJob, Resolution
    from ..raster.grid import RasterGrid
    from ..raster.reader import LabeledWindow, SceneReader
    from ..raster.working import WorkingScene
    from ..tiling.lattice import Lattice
    from ..tiling.window import Window
    from .label_journal import LabelJournal
    from .predictor import Predictor
    from .schedule import Schedule


@dataclass(frozen=True)
class LabelingOptions:
    """Settings of a model run; see the fields of `LabelJob`.

    Args:
        device: one of `DEVICES`.
        threads: number of CPU threads; 0: all.
        batch_size: number of tiles computed at once.
        tile_size_px: edge of a tile in pixels of the model's input; 0: automatic.
        halo_px: context around a tile; -1: the receptive field of the network.
        stitch: whether every pixel is scored by shift-and-stitch.
        resample: whether an image of another resolution is resampled for the model.
    """

    device: str = "auto"
    threads: int = 0
    batch_size: int = 1
    tile_size_px: int = 0
    halo_px: int = -1
    stitch: bool = False
    resample: bool = True

    @classmethod
    def from_job(cls, job: LabelJob) -> LabelingOptions:
        """Return the options of a label job."""
        return cls(
            job.device,
            job.threads,
            job.batch_size,
            job.tile_size_px,
            job.halo_px,
            job.stitch,
            job.resample,
        )


class Labeler:
    """Labeler of scenes with one model.

    Args:
        bundle: model to label with.
        options: settings of the run.

    Raises:
        ModelError: if the model has layers that must be trained first.
    """

    def __init__(self, bundle: Bundle, options: LabelingOptions) -> None:
        refuse_untrained(bundle.card)
        self.bundle, self.options = bundle, options

    def resolution(self, grid: RasterGrid) -> Resolution:
        """Return the resolution at which an image is labeled.

        Raises:
            InputError: if the image is too coarse for the model.
        """
        return labeling_resolution(grid.gsd_m, self.bundle.card, resample=self.options.resample)

    def reach_px(self, grid: RasterGrid) -> int | None:
        """Return the radius of influence of an image pixel on labels; None: the whole image."""
        card = self.bundle.card
        stride_px, halo_px = row_named(card.architecture).geometry(card.options)
        return None if halo_px is None else image_reach_px(halo_px + stride_px, self._lattice(grid))

    def label(
        self,
        scene: SceneReader,
        band_ranges: Sequence[tuple[float, float]],
        on_result: Callable[[LabeledWindow], None],
        reporter: Reporter,
        *,
        with_confidence: bool = False,
        part: Window | None = None,
        journal: LabelJournal | None = None,
    ) -> None:
        """Label the wanted part of a scene.

        Args:
            scene: open scene.
            band_ranges: black and white point of each band, in raw values.
            on_result: callback for the labels of each window of `scene.wanted_grid`.
            reporter: reporter of progress, also polled for cancellation.
            with_confidence: whether results have a confidence.
            part: window of the working scene to label, on the edges of tiles; None: all of it.
            journal: open journal of the run, from whose blocks it goes on; None without one.

        Raises:
            InputError: if a file cannot be read, or the run needs more memory than is free.
            ModelError: if the weights cannot be used.
            DeviceError: if the device cannot be used.
            JobCanceled: if the job was canceled.
        """
        reporter.progress(0.0, "Loading the model")
        working = self.working(scene)
        predictor, schedule, done = self._begun(working, on_result, reporter, journal, part)

        def write(window: Window, codes: np.ndarray, percents: np.ndarray | None) -> None:
            for result in working.results(window, codes, percents):
                on_result(result)
                if journal is not None:
                    journal.feed(result)

        label_scene(
            self._reader(working, band_ranges),
            write,
            predictor,
            working.grid.height,
            working.grid.width,
            wanted=working.wanted,
            part=part,
            batch_size=self.options.batch_size,
            schedule=schedule,
            with_confidence=with_confidence,
            done=done,
            warn=reporter.warn,
            on_batch=journal.end_block if journal else lambda: None,
            on_progress=lambda fraction: reporter.progress(fraction, "Labeling"),
            raise_if_canceled=reporter.raise_if_canceled,
        )

    def core_px(self, scene: SceneReader) -> int:
        """Return the edge of the tiles' cores in a run over the wanted part of a scene.

        Raises:
            InputError: if the run needs more memory than is free.
            ModelError: if the weights cannot be used.
            DeviceError: if the device cannot be used.
        """
        return self._scheduled(self.working(scene)).schedule.core_px

    @property
    def stride_px(self) -> int:
        """Coarsest stride of the network in pixels of its input."""
        card = self.bundle.card
        return row_named(card.architecture).geometry(card.options).stride_px

    def working(self, scene: SceneReader) -> SceneReader | WorkingScene:
        """Return the scene at the resolution at which it is labeled."""
        return working_scene(scene, self._lattice(scene.grid))

    def _lattice(self, grid: RasterGrid) -> Lattice | None:
        return lattice_of(grid, self.resolution(grid).gsd_m)

    def _reader(
        self, working: SceneReader | WorkingScene, band_ranges: Sequence[tuple[float, float]]
    ) -> Callable[[Window], tuple[np.ndarray, np.ndarray]]:
        """Return the function that reads the input of a window and the mask of its labels."""

        def read(window: Window) -> tuple[np.ndarray, np.ndarray]:
            chip = working.read(window)
            mask = working.asked(window)
            channels = normalize(*chip, self.bundle.card.normalization, band_ranges)
            return channels, chip.valid if mask is None else chip.valid & mask

        return read

    def _begun(
        self,
        working: SceneReader | WorkingScene,
        on_result: Callable[[LabeledWindow], None],
        reporter: Reporter,
        journal: LabelJournal | None,
        part: Window | None,
    ) -> tuple[Predictor, Schedule, int]:
        """Return the predictor, its schedule, and the number of batches done before."""
        if journal is not None and journal.core_px:
            try:
                found = self._scheduled(working, part, journal.core_px)
            except InputError:
                reporter.log("info", STARTS_OVER.format(reason="free memory"))
            else:
                done = write_again(journal, on_result, reporter)
                return found.predictor, found.schedule, done
        found = self._scheduled(working, part)
        if found.remark:
            reporter.log("info", found.remark)
        if journal is not None:
            journal.begin(found.schedule.core_px)
        return found.predictor, found.schedule, 0

    def _scheduled(
        self, working: SceneReader | WorkingScene, part: Window | None = None, core_px: int = 0
    ) -> _Scheduled:
        """Return the predictor and a schedule for which there is enough memory.

        Args:
            working: scene at the resolution at which it is labeled.
            part: window of it to label, on the edges of tiles; None: the wanted one.
            core_px: edge of the tiles of an interrupted run; 0: none.
        """
        options, card = self.options, self.bundle.card
        device = choose_device(options.device)
        predictor = predictor_of(
            self.bundle, device, halo_px=options.halo_px, stitch=options.stitch
        )
        shape = working.grid.height, working.grid.width
        tile_size_px = core_px or options.tile_size_px
        if not tile_size_px and device.type == "cpu":
            threads = options.threads or available_threads()
            tile_size_px = comfortable_tile_px(card, predictor, shape, threads, options.batch_size)
        wished = schedule_of(predictor, part or working.wanted, tile_size_px, options.threads)
        keep_core = part is not None or core_px > 0
        schedule, remark = fitting_schedule(
            card, predictor, wished, shape, options.batch_size, keep_core=keep_core
        )
        return _Scheduled(predictor, schedule, remark)


class _Scheduled(NamedTuple):
    """A predictor, the schedule of its run, and a sentence if that is not the wished one."""

    predictor: Predictor
    schedule: Schedule
    remark: str
