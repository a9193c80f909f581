# SPDX-License-Identifier: GPL-2.0-or-later
"""State of a label job that its steps share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ..labeling.labeler import Labeler
    from ..outputs.input_hashes import InputHashes
    from ..outputs.report import Stopwatch
    from ..process.reporter import Reporter
    from ..protocol import LabelJob, Resolution
    from ..raster.grid import RasterGrid
    from ..scale.parts_labeler import PartsLabeler

SHARES = {"prepare": (0.0, 0.1), "label": (0.1, 0.85), "trace": (0.85, 1.0)}  # of the progress


@dataclass(frozen=True)
class LabelRun:
    """Shared state of the steps of a label job.

    `job` is that to be recorded, and `sources` has virtual rasters in place of its mosaics.
    `parts` labels in several processes, if the job is for a cluster.
    """

    job: LabelJob
    sources: LabelJob
    labeler: Labeler
    grid: RasterGrid
    resolution: Resolution
    parts: PartsLabeler | None
    staged: dict[str, Path]
    scratch: Path
    hashes: InputHashes
    stopwatch: Stopwatch
    reporter: Reporter


def warn_all(remarks: list[str], reporter: Reporter) -> list[str]:
    """Report remarks as warnings, and return them."""
    for remark in remarks:
        reporter.warn(remark)
    return remarks
