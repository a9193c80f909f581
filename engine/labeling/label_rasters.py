# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels of a scene as rasters: classes and confidence, written while the scene is labeled."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from ..raster.writer import ClassWriter, ConfidenceWriter
from .class_areas import ClassAreas
from .label_identity import identity_of
from .label_journal import STARTS_OVER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..process.reporter import Reporter
    from ..protocol import LabelJob
    from ..raster.reader import LabeledWindow, SceneReader
    from .label_journal import LabelJournal
    from .labeler import Labeler


def write_label_rasters(
    job: LabelJob,
    labeler: Labeler,
    scene: SceneReader,
    staged: Mapping[str, Path],
    journal: LabelJournal,
    reporter: Reporter,
) -> list[dict[str, Any]]:
    """Write the class raster and the confidence; return the area of each class.

    Blocks that an interrupted run has finished are not computed again.

    Args:
        job: job with its band ranges.
        labeler: labeler with the model of the job.
        scene: open scene.
        staged: path of `classes`, and of `confidence` if it is wanted.
        journal: journal of the job.
        reporter: reporter of progress, also polled for cancellation.

    Raises:
        InputError: if a file cannot be read, or the run needs more memory than is free.
        OutputError: if a file cannot be written.
        JobCanceled: if the job was canceled.
    """
    grid, legend = scene.wanted_grid, labeler.bundle.card.legend
    areas = ClassAreas(legend, grid.pixel_area_m2)
    with_confidence = "confidence" in staged
    identity = identity_of(job, scene, labeler.bundle.card, with_confidence=with_confidence)
    reason = journal.open(identity, grid.height * grid.width)
    if reason:
        reporter.log("info", STARTS_OVER.format(reason=reason))
    with ExitStack() as opened:
        classes = opened.enter_context(ClassWriter(staged["classes"], grid, legend))
        confidence = None
        if with_confidence:
            writer = ConfidenceWriter(staged["confidence"], grid, is_scratch=not job.confidence)
            confidence = opened.enter_context(writer)

        def write(result: LabeledWindow) -> None:
            classes.write(result.window, result.codes)
            areas.feed(result.codes)
            if confidence is not None and result.percents is not None:
                confidence.write(result.window, result.percents)

        labeler.label(
            scene,
            job.band_ranges,
            write,
            reporter,
            with_confidence=with_confidence,
            journal=journal,
        )
    return areas.rows
