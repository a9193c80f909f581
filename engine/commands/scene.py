# SPDX-License-Identifier: GPL-2.0-or-later
"""Scene: make a synthetic scene and write its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..runtime.report import write_job
from ..runtime.staging import Staging
from ..scenes import make_scene
from ..scenes.files import FILES
from .publishing import publish

if TYPE_CHECKING:
    from ..protocol import SceneJob
    from ..runtime.reporter import Reporter

MAKING_SHARE = 0.6  # of the time; the rest is compression


def run(job: SceneJob, reporter: Reporter) -> None:
    """Make the scene of `job` and leave its files in the job's folder.

    Raises:
        OutputError: the folder cannot be written.
        JobCanceled: somebody asked to stop; nothing is left.
    """
    folder = Path(job.output)
    with Staging(folder) as staging:
        write_job(staging.aside(folder / "job.json"), job)
        reporter.progress(0.0, "Making the scene")
        scene = make_scene(job.seed, job.size_px, job.gsd_m)
        for number, (_, name, write) in enumerate(FILES):
            reporter.raise_if_canceled()
            share = MAKING_SHARE + (1 - MAKING_SHARE) * number / len(FILES)
            reporter.progress(share, f"Writing {name}")
            write(staging.aside(folder / name), scene)
        publish(staging, {role: folder / name for role, name, _ in FILES}, reporter)
    reporter.progress(1.0, "Done")
