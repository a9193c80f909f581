# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands: one module per kind of job, imported when such a job is run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ..protocol import Job, JobError

if TYPE_CHECKING:
    from types import ModuleType

    from ..process.reporter import Reporter

MODULES = {
    "label": "label",
    "vectorize": "vectorize",
    "changes": "changes",
    "scene": "scene",
    "compare": "compare",
    "evaluate": "evaluate",
    "import-weights": "import_weights",
    "train": "train",
    "finetune": "finetune",
}


def run_job(job: Job, reporter: Reporter) -> None:
    """Run a job.

    Args:
        job: job of any kind.
        reporter: reporter of progress, messages and results.

    Raises:
        JobError: if the job is invalid; the message lists all problems.
        OrthoscribeError: if the job fails for another reason.
    """
    problems = job.problems()
    if problems:
        raise JobError(" ".join(problems))
    _command(job.kind).run(job, reporter)


def import_label_command() -> None:
    """Import the label command with its libraries, so that a first label job starts sooner."""
    _command("label")


def _command(kind: str) -> ModuleType:
    return import_module(f".{MODULES[kind]}", __package__)
