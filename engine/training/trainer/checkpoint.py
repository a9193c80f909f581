# SPDX-License-Identifier: GPL-2.0-or-later
"""Checkpoint file: everything that is needed to resume a run as if it had not been interrupted.

It has the weights, their average and the optimizer state as tensors, and the job and the progress
of the run in its header; see `training.saved_state`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from ...outputs.replacing import part_of
from ...protocol import InputError, JobError, TrainJob, job_to_json
from ..saved_state import read_state, write_state
from .progress import RunProgress
from .training_scenes import ALL, NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

NAME = "checkpoint.safetensors"
HELD_OUT = "labels (they decide which part is held out)"  # name of the field in messages
# The same in checkpoints of versions that held out sides only and had no budget for tuning.
HELD_OUT_SIDES = "labels (they decide which side is held out)"
TUNING = "tuning budget"
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
        held_out: text that identifies the held-out part of each scene; see `held_out_part`.
        is_tuning: whether the number of steps is that of tuning the model to start from.
    """

    def __init__(
        self,
        folder: Path,
        job: TrainJob,
        processes: int = 1,
        held_out: Sequence[str] = (),
        is_tuning: bool = False,
    ) -> None:
        self.path = folder / NAME
        self._job = {
            **_relevant_fields(job),
            "processes": processes,
            HELD_OUT: list(held_out),
            TUNING: is_tuning,
        }

    def load(self, warn: Callable[[str], None]) -> Checkpoint | None:
        """Return the saved state, or None without a checkpoint that this version can resume.

        Args:
            warn: callback that receives a warning if the checkpoint is of an earlier version that
                held out other parts or took other steps, so training starts over.

        Raises:
            JobError: if the checkpoint is that of another job.
            InputError: if the checkpoint cannot be read.
        """
        if not self.path.exists():
            return None
        try:
            header, tensors = read_state(self.path)
            outdated = self._outdated(header["job"])
            if outdated:
                warn(
                    f"The checkpoint {self.path} is of an earlier version with other {outdated}: "
                    "training starts over."
                )
                return None
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

    def _outdated(self, saved: Mapping[str, Any]) -> str:
        """Return what an earlier version decided otherwise for this job, or nothing.

        Raises:
            JobError: if the checkpoint is that of another job.
        """
        is_current = HELD_OUT in saved
        # Fields added after the checkpoint was written had their default values.
        saved = {**_relevant_fields(TrainJob(output="")), **self._earlier_choices(saved), **saved}
        saved.pop(HELD_OUT_SIDES, None)
        names = [name for name in {**self._job, **saved} if self._job.get(name) != saved.get(name)]
        if names and not is_current and set(names) <= {HELD_OUT, TUNING}:
            return " and ".join("steps" if name == TUNING else "held-out pixels" for name in names)
        if names:
            raise JobError(
                f"The folder {self.path.parent} holds the checkpoint of another training, with "
                f"other values of {', '.join(names)}: choose another output folder, give the same "
                "values to go on, or start over with 'fresh'."
            )
        return ""

    def _earlier_choices(self, saved: Mapping[str, Any]) -> dict[str, Any]:
        """Return the choices of an earlier version, which held out the right side at first."""
        right = [part if part in (ALL, NOTHING) else "right" for part in self._job[HELD_OUT]]
        return {HELD_OUT: saved.get(HELD_OUT_SIDES, right), TUNING: False}


def _relevant_fields(job: TrainJob) -> dict[str, Any]:
    """Return the fields of a job that influence its weights, as JSON values."""
    values: dict[str, Any] = json.loads(job_to_json(job))
    return {name: value for name, value in values.items() if name not in IRRELEVANT_FIELDS}
