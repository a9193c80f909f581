# SPDX-License-Identifier: GPL-2.0-or-later
"""Scene: make a synthetic scene and write its files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol import job_to_json
from ..runtime.staging import Staging
from ..scenes import make_scene
from ..scenes.files import FILES

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
        staging.aside(folder / "job.json").write_text(job_to_json(job), encoding="utf-8")
        reporter.progress(0.0, "Making the scene")
        scene = make_scene(job.seed, job.size_px, job.gsd_m)
        for number, (_, name, write) in enumerate(FILES):
            reporter.raise_if_canceled()
            share = MAKING_SHARE + (1 - MAKING_SHARE) * number / len(FILES)
            reporter.progress(share, f"Writing {name}")
            write(staging.aside(folder / name), scene)
        reporter.raise_if_canceled()
        published = staging.publish()
    for warning in published.warnings:
        reporter.warn(warning)
    for role, name, _ in FILES:
        reporter.artifact(role, published.paths[(folder / name).absolute()])
    reporter.progress(1.0, "Done")
