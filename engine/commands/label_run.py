# SPDX-License-Identifier: GPL-2.0-or-later
"""State of a label job that its steps share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from ..outputs.disk_room import with_room

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ..labeling.label_journal import LabelJournal
    from ..labeling.labeler import Labeler
    from ..outputs.input_hashes import InputHashes
    from ..outputs.report import Stopwatch
    from ..process.reporter import Reporter
    from ..protocol import LabelJob, Resolution
    from ..raster.grid import RasterGrid
    from ..scale.parts_labeler import PartsLabeler

    Result = TypeVar("Result")

BYTES_PER_PX = 3  # of the disk: finished blocks, polygons, classes and confidence with a copy
SHARES = {"prepare": (0.0, 0.1), "label": (0.1, 0.85), "trace": (0.85, 1.0)}  # of the progress


@dataclass(frozen=True)
class LabelRun:
    """Shared state of the steps of a label job.

    `job` is that to be recorded, and `sources` has virtual rasters in place of its mosaics, which
    `mosaics` describes by role. `parts` labels in several processes, if the job is for a cluster.
    """

    job: LabelJob
    sources: LabelJob
    labeler: Labeler
    grid: RasterGrid
    parts: PartsLabeler | None
    staged: dict[str, Path]
    scratch: Path
    hashes: InputHashes
    mosaics: Mapping[str, dict[str, Any]]
    journal: LabelJournal
    stopwatch: Stopwatch
    reporter: Reporter

    @property
    def resolution(self) -> Resolution:
        """Resolution at which the image is labeled."""
        return self.labeler.resolution(self.grid)

    def with_room(self, step: Callable[..., Result], *given: object) -> Result:
        """Return the result of a step; if the disk is full, wait for space and repeat it."""
        needed_bytes = BYTES_PER_PX * self.grid.height * self.grid.width
        kept = (*self.staged.values(), self.scratch, self.journal.folder)
        return with_room(lambda: step(self, *given), self.reporter, needed_bytes, kept=kept)


def warn_all(remarks: list[str], reporter: Reporter) -> list[str]:
    """Report remarks as warnings, and return them."""
    for remark in remarks:
        reporter.warn(remark)
    return remarks
