# SPDX-License-Identifier: GPL-2.0-or-later
"""A task, the work on one part, and its result; only the standard library is imported."""

from __future__ import annotations

from typing import NamedTuple

GROUND, LABEL, OUTLINE = "ground", "label", "outline"
CLASSES, CONFIDENCE = "classes", "confidence"  # rasters of a labeled part


class Task(NamedTuple):
    """Work on one part.

    Args:
        kind: `ground`, `label` or `outline`.
        number: number of the part, or of the block of objects.
        record: path of the record of the run.
        digest: hash of the record.
    """

    kind: str
    number: int
    record: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """Name of the part in the store."""
        return f"{self.kind}-{self.number:06}"

    def raster(self, kind: str) -> str:
        """Name of the file of a raster of the part."""
        return f"{self.name}-{kind}.tif"


class TaskResult(NamedTuple):
    """Result of a task.

    Args:
        number: number of the part.
        error: message for the user; empty if the part is done.
        seconds: duration of the work.
        peak_memory_mb: peak memory of the process so far; None: not known.
        computer: name of the computer that did the work; empty: not known.
    """

    number: int
    error: str = ""
    seconds: float = 0.0
    peak_memory_mb: int | None = None
    computer: str = ""
