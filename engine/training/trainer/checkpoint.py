# SPDX-License-Identifier: GPL-2.0-or-later
"""The checkpoint: all that a run needs to go on as if it had never been interrupted.

One file of tensors, the weights, their average and the state of the optimizer, with a header in
JSON that says where the run stood and of which job it is. It is written aside and renamed, so a
process killed while it writes leaves the one before. Nothing in it is ever executed.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import safetensors.torch
from safetensors import SafetensorError, safe_open

from ...datasets.split import SIDES
from ...outputs.destination import destination_error, writing
from ...outputs.leftovers import part_of
from ...protocol import InputError, JobError, TrainJob, job_to_json
from .progress import RunProgress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

NAME = "checkpoint.safetensors"
HEADER = "orthoscribe"
SCHEMA = 1
HELD_OUT = "labels (they decide which side is held out)"  # as messages call it
# How a job is run, not what comes out of it; a run may go on elsewhere, to the same up to rounding.
IRRELEVANT_FIELDS = ("device", "threads", "checkpoint_s", "fresh", "title", "license", "output")


class Checkpoint(NamedTuple):
    """Where a run stood.

    Args:
        position: how far it was.
        tensors: by name.
    """

    progress: RunProgress
    tensors: dict[str, Tensor]


class CheckpointFile:
    """The checkpoint of a job, in the folder of its results.

    Args:
        folder: of the results.
        job: with absolute paths.
        processes: how many share the work; each has a batch of its own.
        held_out: what is held out of each scene, one of `datasets.split.SIDES` if it is cut.
    """

    def __init__(
        self, folder: Path, job: TrainJob, processes: int = 1, held_out: Sequence[str] = ()
    ) -> None:
        self.path = folder / NAME
        self._job = {**_relevant_fields(job), "processes": processes, HELD_OUT: list(held_out)}

    def load(self) -> Checkpoint | None:
        """Return where the run stood, or None where there is no checkpoint.

        Raises:
            JobError: it is that of another job.
            InputError: it cannot be read.
        """
        if not self.path.exists():
            return None
        try:
            with safe_open(self.path, "pt") as file:
                header = json.loads((file.metadata() or {})[HEADER])
                _check_schema(header["schema"])
                self._check(header["job"])
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                return Checkpoint(RunProgress(**header["position"]), tensors)
        except (SafetensorError, OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"The checkpoint {self.path} cannot be read ({error}): start over with 'fresh', or "
                "choose another output folder."
            ) from error

    def save(self, progress: RunProgress, tensors: Mapping[str, Tensor]) -> None:
        """Write where the run stands, in place of what was there.

        Raises:
            OutputError: it cannot be written; the one before is still there.
        """
        header = {"schema": SCHEMA, "job": self._job, "position": asdict(progress)}
        on_cpu = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        part = part_of(self.path)
        try:
            with writing(self.path):
                safetensors.torch.save_file(on_cpu, part, {HEADER: json.dumps(header)})
                with part.open("r+b") as file:
                    os.fsync(file.fileno())
                part.replace(self.path)
        except SafetensorError as error:
            raise destination_error(self.path, error) from error
        finally:
            part.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove it, if there is one."""
        self.path.unlink(missing_ok=True)

    def _check(self, saved: Mapping[str, Any]) -> None:
        """Refuse the checkpoint of another job.

        Raises:
            JobError: it is one.
        """
        # A field that came after the checkpoint was written had no value but its default.
        saved = {**_relevant_fields(TrainJob(output="")), **self._default_held_out(), **saved}
        names = [name for name in {**self._job, **saved} if self._job.get(name) != saved.get(name)]
        if names:
            raise JobError(
                f"The folder {self.path.parent} holds the checkpoint of another training, with "
                f"other values of {', '.join(names)}: choose another output folder, give the same "
                "values to go on, or start over with 'fresh'."
            )

    def _default_held_out(self) -> dict[str, list[str]]:
        """Return what a checkpoint without a record of it held out: the right of each scene."""
        return {HELD_OUT: ["right" if side in SIDES else side for side in self._job[HELD_OUT]]}


def _check_schema(schema: int) -> None:
    if schema != SCHEMA:
        raise ValueError(f"another version wrote it, by schema {schema}")


def _relevant_fields(job: TrainJob) -> dict[str, Any]:
    """Return those fields of a job that its result depends on, as JSON has them."""
    values: dict[str, Any] = json.loads(job_to_json(job))
    return {name: value for name, value in values.items() if name not in IRRELEVANT_FIELDS}
