# SPDX-License-Identifier: GPL-2.0-or-later
"""Scene command: generate a synthetic scene of any size, chunk by chunk."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..outputs.destination import refuse_without_space
from ..outputs.publishing import publish
from ..outputs.record_paths import record_paths
from ..outputs.report import Stopwatch, compose_report, write_job, write_report
from ..outputs.staging import Staging
from ..synthetic import conditions_of, paint_scene, plan_scene
from ..synthetic.annotate import NAME, write_annotations
from ..synthetic.files import NAMES, SceneFiles, chunks_of, needed_bytes
from ..synthetic.layouts import LAYOUTS
from ..synthetic.truth import NAME as TRUTH_NAME
from ..synthetic.truth import write_truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..process.reporter import Reporter
    from ..protocol import SceneJob
    from ..synthetic import Conditions, ScenePlan
    from ..synthetic.footprints import Footprint

PAINTING_SHARE = 0.85  # fraction of the progress; the rest is tracing


def run(job: SceneJob, reporter: Reporter) -> None:
    """Generate the scene of `job` and publish its files, job.json and report.json.

    The report contains the land and the conditions drawn from the seed, with the job's overrides.

    Raises:
        OutputError: if the folder cannot be written, or its disk has too little space.
        JobCanceled: if the job was canceled; no files are left.
    """
    stopwatch = Stopwatch()
    folder = Path(job.output)
    names = {**NAMES, "annotations": NAME, "truth": TRUTH_NAME}
    finals = {role: folder / name for role, name in names.items()}
    finals |= record_paths(folder, job.kind)
    with Staging(folder) as staging:
        staged = {role: staging.aside(final) for role, final in finals.items()}
        _refuse_without_space(job)
        layout = None if job.land == "drawn" else LAYOUTS[job.land]
        plan = plan_scene(job.seed, *job.shape_px, job.gsd_m, _conditions(job), layout)
        with stopwatch.stage("paint"):
            footprints = _paint(plan, staged, reporter)
        with stopwatch.stage("trace"):
            _trace(staged, reporter)
            write_truth(staged["truth"], plan, footprints, staged["labels"])
        write_job(staged["job"], job)
        results = {"land": plan.layout.land, "conditions": asdict(plan.conditions)}
        report = compose_report(job, results, device="cpu", read={}, stopwatch=stopwatch)
        write_report(staged["report"], report)
        publish(staging, finals, reporter)
    reporter.progress(1.0, "Done")


def _refuse_without_space(job: SceneJob) -> None:
    height, width = job.shape_px
    needed = needed_bytes(height, width, job.gsd_m, job.bit_depth)
    refuse_without_space(Path(job.output), needed, f"The scene of {width} x {height} px")


def _conditions(job: SceneJob) -> Conditions:
    """Return the conditions drawn from the seed, with the job's overrides."""
    changed: dict[str, Any] = {name: value for name, value in job.flaws.items() if value}
    if job.survey != "drawn":
        changed["survey"] = job.survey
    drawn = conditions_of(job.seed, with_flaws=job.with_flaws)
    return replace(drawn, bit_depth=job.bit_depth, **changed)


def _paint(plan: ScenePlan, paths: Mapping[str, Path], reporter: Reporter) -> set[Footprint]:
    """Write the rasters of a scene and return the footprints of its objects."""
    footprints: set[Footprint] = set()
    with SceneFiles(paths, plan) as files:
        done_px = 0
        for window in chunks_of(plan):
            share = PAINTING_SHARE * done_px / (plan.height * plan.width)
            reporter.progress(share, "Painting the scene")
            scene = paint_scene(plan, window)
            files.write(window, scene)
            footprints.update(scene.footprints)
            reporter.raise_if_canceled()
            done_px += window.height * window.width
    return footprints


def _trace(paths: Mapping[str, Path], reporter: Reporter) -> None:
    """Write the annotations traced from the label raster."""

    def on_progress(share: float) -> None:
        reporter.raise_if_canceled()
        done = PAINTING_SHARE + (1 - PAINTING_SHARE) * share
        reporter.progress(done, "Tracing annotations")

    write_annotations(paths["annotations"], paths["labels"], on_progress)
