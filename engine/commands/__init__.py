# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands: one recipe per kind of job, imported when a job of that kind is run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ..protocol import Job, JobError

if TYPE_CHECKING:
    from ..process.reporter import Reporter

MODULES = {
    "label": "label",
    "vectorize": "vectorize",
    "scene": "scene",
    "compare": "compare",
    "evaluate": "evaluate",
    "import-weights": "import_weights",
    "train": "train",
}


def run_job(job: Job, reporter: Reporter) -> None:
    """Run `job`, telling `reporter` how it goes.

    Raises:
        JobError: the job contradicts itself; says everything that is wrong with it.
        OrthoscribeError: whatever else the job meets.
    """
    problems = job.problems()
    if problems:
        raise JobError(" ".join(problems))
    recipe = import_module(f".{MODULES[job.kind]}", __package__)
    recipe.run(job, reporter)
