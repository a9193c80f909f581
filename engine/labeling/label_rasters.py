# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels of a scene as rasters: classes and confidence, written while the scene is labeled."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

from ..raster.writer import ClassWriter, ConfidenceWriter
from .class_areas import ClassAreas
from .label_journal import STARTS_OVER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ..process.reporter import Reporter
    from ..protocol import LabelJob, Legend
    from ..raster.reader import LabeledWindow, SceneReader
    from .label_journal import LabelJournal
    from .zone_areas import ZoneAreas


class LabelsScenes(Protocol):
    """Protocol of what labels a scene, in one process or in several."""

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


def write_label_rasters(
    job: LabelJob,
    labels: LabelsScenes,
    scene: SceneReader,
    staged: Mapping[str, Path],
    kept: tuple[LabelJournal, Mapping[str, str]] | None,
    reporter: Reporter,
    *,
    legend: Legend,
    zones: ZoneAreas | None = None,
) -> list[dict[str, Any]]:
    """Write the class raster and the confidence; return the area of each class.

    Blocks that an interrupted run has finished are not computed again.

    Args:
        job: job with its band ranges.
        labels: labeler with the model of the job.
        scene: open scene.
        staged: path of `classes`, and of `confidence` if it is wanted.
        kept: journal of the job, and the identity of the labeling; None if `labels` keeps what is
            finished itself.
        reporter: reporter of progress, also polled for cancellation.
        legend: classes of the model.
        zones: counter of classes in zones, or None.

    Raises:
        InputError: if a file cannot be read, or the run needs more memory than is free.
        OutputError: if a file cannot be written.
        JobCanceled: if the job was canceled.
    """
    grid = scene.wanted_grid
    areas = ClassAreas(legend, grid.pixel_area_m2)
    with_confidence = "confidence" in staged
    journal = None if kept is None else _opened(*kept, grid.height * grid.width, reporter)
    with ExitStack() as opened:
        classes = opened.enter_context(ClassWriter(staged["classes"], grid, legend))
        confidence = None
        if with_confidence:
            writer = ConfidenceWriter(staged["confidence"], grid, is_scratch=not job.confidence)
            confidence = opened.enter_context(writer)

        def write(result: LabeledWindow) -> None:
            classes.write(result.window, result.codes)
            areas.feed(result.codes)
            if zones is not None:
                zones.feed(result.window, result.codes)
            if confidence is not None and result.percents is not None:
                confidence.write(result.window, result.percents)

        labels.label(
            scene,
            job.band_ranges,
            write,
            reporter,
            with_confidence=with_confidence,
            journal=journal,
        )
    return areas.rows


def _opened(
    journal: LabelJournal, identity: Mapping[str, str], wanted_px: int, reporter: Reporter
) -> LabelJournal:
    """Return the open journal."""
    reason = journal.open(identity, wanted_px)
    if reason:
        reporter.log("info", STARTS_OVER.format(reason=reason))
    return journal
