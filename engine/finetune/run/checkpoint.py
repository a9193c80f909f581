# SPDX-License-Identifier: GPL-2.0-or-later
"""Checkpoint of a fine-tuning: everything that is needed to resume it with the same weights.

What the weights depend on is its identity: the settings, the labels as they were read, the files of
the scenes, and the model to start from. A checkpoint with another identity is not used.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from ...outputs.file_state import copied_state
from ...outputs.replacing import part_of
from ...protocol import job_to_json
from ...raster.mosaic.inputs import MOSAIC_ROLES
from ...raster.source_states import input_states
from ...training.saved_state import read_state, write_state
from .progress import FinetuneProgress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from ...protocol import FinetuneJob
    from ..labels.label_polygon import LabelPolygon

NAME = "checkpoint.safetensors"
# Fields without influence on the weights, apart from rounding. Labels are compared by their
# content, rasters by size and time of their files, wherever they are: a run of hours goes on from
# a copy.
IRRELEVANT_FIELDS = (
    "device", "threads", "checkpoint_s", "fresh", "title", "name", "output", "start", "image",
    "dsm", "dtm", "labels",
)  # fmt: skip
SETTINGS, LABELS, RASTERS, START = "settings", "labels", "images or heights", "model to start from"


class Resumed(NamedTuple):
    """State to resume from."""

    progress: FinetuneProgress
    tensors: dict[str, Tensor]


class FinetuneCheckpoint:
    """Checkpoint of a run in its output folder.

    Args:
        folder: output folder.
        identity: digest of each thing that the weights depend on, by its name for the user.
    """

    def __init__(self, folder: Path, identity: Mapping[str, str]) -> None:
        self.path, self._identity = folder / NAME, dict(identity)

    def load(self) -> tuple[Resumed | None, str]:
        """Return the state to resume from, or None and a sentence why not; empty without a file."""
        if not self.path.exists():
            return None, ""
        try:
            header, tensors = read_state(self.path)
            changed = self._changed(header["identity"])
            if changed:
                return None, (
                    f"The folder {self.path.parent} holds the checkpoint of a fine-tuning with "
                    f"other {' and '.join(changed)}, so this one starts over."
                )
            return Resumed(FinetuneProgress.from_values(header["progress"]), tensors), ""
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return None, (
                f"The checkpoint {self.path} cannot be read ({error}), so the fine-tuning starts "
                "over."
            )

    def save(self, progress: FinetuneProgress, tensors: Mapping[str, Tensor]) -> None:
        """Write the state in place of the previous one.

        Raises:
            OutputError: if the file cannot be written; the previous one is kept.
        """
        header = {"identity": self._identity, "progress": progress.to_values()}
        write_state(self.path, header, tensors)

    def remove(self) -> None:
        """Remove the checkpoint if it exists, and one that a killed run did not complete."""
        for path in (self.path, part_of(self.path)):
            path.unlink(missing_ok=True)

    def _changed(self, saved: Mapping[str, str]) -> list[str]:
        return [name for name, digest in self._identity.items() if saved.get(name) != digest]


def identity_of(
    job: FinetuneJob, polygons: Sequence[LabelPolygon], start_sha256: str
) -> dict[str, str]:
    """Return the identity of a run.

    Args:
        job: job of the run.
        polygons: polygons of all scenes, as they were read.
        start_sha256: SHA-256 of the weights to start from.

    Raises:
        InputError: if an image or heights cannot be used.
    """
    return {
        SETTINGS: _digest(_settings(job)),
        LABELS: _digest(_described(polygon) for polygon in polygons),
        RASTERS: _digest(
            " ".join([role, *input_states(getattr(scene, role), what, copied_state)])
            for scene in job.scenes
            for role, what in MOSAIC_ROLES.items()
        ),
        START: start_sha256,
    }


def _settings(job: FinetuneJob) -> list[str]:
    values: dict[str, Any] = json.loads(job_to_json(job))
    values["further_scenes"] = [
        {name: value for name, value in scene.items() if name not in IRRELEVANT_FIELDS}
        for scene in values["further_scenes"]
    ]
    kept = {name: value for name, value in values.items() if name not in IRRELEVANT_FIELDS}
    return [json.dumps(kept, sort_keys=True)]


def _described(polygon: LabelPolygon) -> str:
    pixels = hashlib.sha256(polygon.mask.tobytes()).hexdigest()
    return f"{polygon.scene} {polygon.class_index} {tuple(polygon.window)} {pixels}"


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
