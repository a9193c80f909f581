# SPDX-License-Identifier: GPL-2.0-or-later
"""Measurement of one super-tile on this computer, from which a plan predicts the whole run."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ..labeling.ground_progress import ground_progress
from ..polygons.layers import Origin
from ..polygons.object_outlines import outline_here
from ..polygons.trace import Rasters, trace_polygons
from ..process.memory import peak_memory_mb
from ..raster.normalize import measure_band_ranges
from ..raster.reader import open_scene
from ..raster.writer import ClassWriter, ConfidenceWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..labeling.labeler import Labeler
    from ..polygons.object_outlines import BlockOutlines, ObjectWork
    from ..process.reporter import Reporter
    from ..protocol import LabelJob
    from ..raster.reader import LabeledWindow, SceneReader, SceneSources


@dataclass
class Measured:
    """Cost of one super-tile here, in one process.

    Args:
        mpx: millions of image pixels of the super-tile.
        open_s: seconds to open the scene and measure band ranges, once per run.
        ground_s: seconds to estimate the ground around the super-tile, or one part of it.
        label_s: seconds to label it.
        outline_s: seconds to outline its buildings and cars.
        trace_s: seconds for roads, ground and files; this is done once, in one process.
        bytes_per_px: size of the results on disk for each pixel.
        peak_memory_mb: peak memory of this process.
    """

    mpx: float
    open_s: float = 0.0
    ground_s: float = 0.0
    label_s: float = 0.0
    outline_s: float = 0.0
    trace_s: float = 0.0
    bytes_per_px: float = 0.0
    peak_memory_mb: int | None = None

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Add the seconds of a block to a field."""
        start_s = time.monotonic()
        yield
        setattr(self, name, getattr(self, name) + time.monotonic() - start_s)


def measure_part(
    job: LabelJob, labeler: Labeler, sources: SceneSources, folder: Path, reporter: Reporter
) -> Measured:
    """Label a super-tile as the run will, into a folder, and return its cost.

    Args:
        job: job with single rasters.
        labeler: labeler of the run in one process.
        sources: sources of the scene, with the extent of the super-tile.
        folder: existing folder for temporary files.
        reporter: receiver of progress.

    Raises:
        InputError: if a file cannot be read.
        JobCanceled: if the job was canceled.
    """
    found = Measured(0.0)
    with ExitStack() as opened:
        with found.timing("ground_s"):
            progress = ground_progress(reporter.span(0.0, 0.3))
            scene = opened.enter_context(open_scene(sources, folder, progress))
        with found.timing("open_s"):
            ranges = job.band_ranges or measure_band_ranges(
                scene.survey, labeler.bundle.card.normalization
            )
        found.mpx = scene.wanted.height * scene.wanted.width / 1e6
        with found.timing("label_s"):
            _label(labeler, scene, ranges, folder, reporter.span(0.3, 0.9))
        paths = folder / "classes.tif", folder / "confidence.tif"
        found.bytes_per_px = sum(path.stat().st_size for path in paths) / found.mpx / 1e6
        if job.draw_polygons:
            with found.timing("trace_s"):
                trace_polygons(
                    Rasters(*paths, scene.wanted_heights),
                    folder / "polygons.gpkg",
                    legend=labeler.bundle.card.legend,
                    options=replace(job, vector_format="gpkg"),
                    origin=Origin("", "", ""),
                    scratch=folder,
                    reporter=reporter.span(0.9, 1.0),
                    outliner=partial(_outlined, found),
                )
            found.trace_s -= found.outline_s
    found.peak_memory_mb = peak_memory_mb()
    return found


def _outlined(found: Measured, work: ObjectWork, reporter: Reporter) -> list[BlockOutlines]:
    with found.timing("outline_s"):
        return list(outline_here(work, reporter))


def _label(
    labeler: Labeler,
    scene: SceneReader,
    ranges: tuple[tuple[float, float], ...],
    folder: Path,
    reporter: Reporter,
) -> None:
    grid, legend = scene.wanted_grid, labeler.bundle.card.legend
    with (
        ClassWriter(folder / "classes.tif", grid, legend) as classes,
        ConfidenceWriter(folder / "confidence.tif", grid) as confidence,
    ):

        def write(result: LabeledWindow) -> None:
            classes.write(result.window, result.codes)
            if result.percents is not None:
                confidence.write(result.window, result.percents)

        labeler.label(scene, ranges, write, reporter, with_confidence=True)
