# SPDX-License-Identifier: GPL-2.0-or-later
"""Checkpoint file: everything that is needed to resume a run as if it had not been interrupted.

It has the weights, their average and the optimizer state as tensors, and the job and the progress
of the run in its header; see `training.saved_state`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from ...datasets.split import SIDES
from ...outputs.replacing import part_of
from ...protocol import InputError, JobError, TrainJob, job_to_json
from ..saved_state import read_state, write_state
from .progress import RunProgress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

NAME = "checkpoint.safetensors"
HELD_OUT = "labels (they decide which side is held out)"  # name of the field in messages
# Fields without influence on the weights, apart from rounding; they may change when a run resumes.
IRRELEVANT_FIELDS = ("device", "threads", "checkpoint_s", "fresh", "title", "license", "output")


class Checkpoint(NamedTuple):
    """Saved state of a run.

    Args:
        progress: progress of the run.
        tensors: tensors of weights, average and optimizer, by name.
    """

    progress: RunProgress
    tensors: dict[str, Tensor]


class CheckpointFile:
    """Checkpoint of a job in its output folder.

    Args:
        folder: output folder.
        job: job with absolute paths.
        processes: number of processes, each with its own batches.
        held_out: held-out part of each scene, one of `datasets.split.SIDES` if the scene is split.
    """

    def __init__(
        self, folder: Path, job: TrainJob, processes: int = 1, held_out: Sequence[str] = ()
    ) -> None:
        self.path = folder / NAME
        self._job = {**_relevant_fields(job), "processes": processes, HELD_OUT: list(held_out)}

    def load(self) -> Checkpoint | None:
        """Return the saved state, or None without a checkpoint.

        Raises:
            JobError: if the checkpoint is that of another job.
            InputError: if the checkpoint cannot be read.
        """
        if not self.path.exists():
            return None
        try:
            header, tensors = read_state(self.path)
            self._check(header["job"])
            return Checkpoint(RunProgress(**header["position"]), tensors)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"The checkpoint {self.path} cannot be read ({error}): start over with 'fresh', or "
                "choose another output folder."
            ) from error

    def save(self, progress: RunProgress, tensors: Mapping[str, Tensor]) -> None:
        """Write the state of the run in place of the previous checkpoint.

        Raises:
            OutputError: if the file cannot be written; the previous checkpoint is kept.
        """
        write_state(self.path, {"job": self._job, "position": asdict(progress)}, tensors)

    def remove(self) -> None:
        """Remove the checkpoint if it exists, and one that a killed run did not complete."""
        for path in (self.path, part_of(self.path)):
            path.unlink(missing_ok=True)

    def _check(self, saved: Mapping[str, Any]) -> None:
        """Check that a checkpoint belongs to this job.

        Raises:
            JobError: if the checkpoint is that of another job.
        """
        # Fields added after the checkpoint was written had their default values.
        saved = {**_relevant_fields(TrainJob(output="")), **self._default_held_out(), **saved}
        names = [name for name in {**self._job, **saved} if self._job.get(name) != saved.get(name)]
        if names:
            raise JobError(
                f"The folder {self.path.parent} holds the checkpoint of another training, with "
                f"other values of {', '.join(names)}: choose another output folder, give the same "
                "values to go on, or start over with 'fresh'."
            )

    def _default_held_out(self) -> dict[str, list[str]]:
        """Return the held-out parts of checkpoints without a list of them: the right sides."""
        return {HELD_OUT: ["right" if side in SIDES else side for side in self._job[HELD_OUT]]}


def _relevant_fields(job: TrainJob) -> dict[str, Any]:
    """Return the fields of a job that influence its weights, as JSON values."""
    values: dict[str, Any] = json.loads(job_to_json(job))
    return {name: value for name, value in values.items() if name not in IRRELEVANT_FIELDS}
