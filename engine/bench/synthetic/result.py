# SPDX-License-Identifier: GPL-2.0-or-later
"""The result of one network, and the file that keeps it for the next start."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Result:
    """What one network came to; scores in percent.

    Args:
        architecture: its name in the catalog.
        parameters: weights, as papers count them.
        f1: by land class, clutter too; None where a class is neither true nor labeled.
        mean_f1: of all classes but clutter.
        overall_accuracy: of all pixels but true clutter.
        steps: that the budget has.
        steps_done: fewer, where training was cut short.
        seconds_per_step: their median.
        training_s: all steps together.
        limit_min: minutes after which training was or would have been cut short.
    """

    architecture: str
    parameters: int
    f1: Mapping[str, float | None]
    mean_f1: float
    overall_accuracy: float
    steps: int
    steps_done: int
    seconds_per_step: float
    training_s: float
    limit_min: float

    @property
    def was_cut_short(self) -> bool:
        """Whether the limit ended the training before its last step."""
        return self.steps_done < self.steps


def keep(folder: Path, result: Result, settings: Mapping[str, Any]) -> None:
    """Write a result with the settings it belongs to, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, result.architecture)
    part = path.with_suffix(".part")
    record = {"settings": dict(settings), "result": asdict(result)}
    part.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    part.replace(path)


def find_kept(
    folder: Path, architecture: str, settings: Mapping[str, Any], limit_min: float
) -> Result | None:
    """Return the result of an earlier start, if training again would give the same.

    Args:
        folder: of the files.
        architecture: of the network.
        settings: as they are now, ready for JSON.
        limit_min: as it is now; a training that was cut short by another limit is not the same.
    """
    path = _path(folder, architecture)
    if not path.is_file():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    if record["settings"] != dict(settings):
        return None
    result = Result(**record["result"])
    return None if result.was_cut_short and result.limit_min != limit_min else result


def _path(folder: Path, architecture: str) -> Path:
    return folder / f"{architecture}.json"
