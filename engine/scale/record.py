# SPDX-License-Identifier: GPL-2.0-or-later
"""Record of a run: what a worker needs to know, as a file beside the parts.

Tasks carry only the path of the record, its hash and a number, so a scheduler moves little.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from ..protocol import InputError, LabelJob, job_from_json, job_to_json
from ..tiling.window import Window
from .super_tiles import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class RunRecord:
    """What a worker needs to know about a run.

    Args:
        job: job with the paths of virtual rasters, of the copied model and with band ranges.
        versions: versions of all software that can change a result, by name.
        reach_px: radius of influence of an image pixel on labels.
        ground: virtual raster of the estimated ground; empty: none.
        parts: super-tiles to label.
        with_confidence: whether the confidence is computed.
        outlines: folder of the arrays from which objects are outlined; empty: not yet.
        gpus: number of graphics cards that local workers share; 0: each uses its own.
    """

    job: LabelJob
    versions: Mapping[str, str]
    reach_px: int | None
    ground: str = ""
    parts: tuple[Part, ...] = ()
    with_confidence: bool = False
    outlines: str = ""
    gpus: int = 0

    def write(self, path: Path) -> str:
        """Write the record, and return its hash."""
        values = {**vars(self), "job": job_to_json(self.job), "versions": dict(self.versions)}
        text = json.dumps({**values, "parts": [list(part) for part in self.parts]})
        path.write_text(text, encoding="utf-8")
        return sha256(text.encode()).hexdigest()


def read_record(path: Path, digest: str) -> RunRecord:
    """Return the record of a file.

    Raises:
        InputError: if the file cannot be read on this computer, or is that of another run.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"The folder of the run, {path.parent}, cannot be read ({error.strerror}): share the "
            "output folder with all workers, under the same path."
        ) from error
    if sha256(text.encode()).hexdigest() != digest:
        raise InputError(f"The record {path} is that of another run: start the job again.")
    values = json.loads(text)
    parts = tuple(
        Part(number, Window(*window), Window(*place)) for number, window, place in values["parts"]
    )
    job = job_from_json(values["job"])
    if not isinstance(job, LabelJob):
        raise InputError(f"The record {path} has no label job: start the job again.")
    return RunRecord(**{**values, "job": job, "parts": parts})
