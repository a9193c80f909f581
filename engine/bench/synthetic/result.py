# SPDX-License-Identifier: GPL-2.0-or-later
"""Result of one network, stored in a file so that runs can be resumed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class TrialResult:
    """Scores of one network in percent, and its costs.

    Args:
        architecture: architecture name in the catalog.
        parameters: number of parameters as counted in papers.
        f1: F1 by class, including clutter; None for classes neither in the truth nor in the labels.
        mean_f1: mean F1 of all classes except clutter.
        overall_accuracy: accuracy of all pixels except true clutter.
        steps: number of training steps in the budget.
        steps_done: number of steps done, fewer if training was stopped early.
        seconds_per_step: median duration of a step in seconds.
        training_s: duration of all steps in seconds.
        limit_min: time limit of the training in minutes.
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
        """Whether the time limit stopped the training before its last step."""
        return self.steps_done < self.steps


def keep(folder: Path, result: TrialResult, settings: Mapping[str, Any]) -> None:
    """Write a result with its settings, atomically."""
    folder.mkdir(parents=True, exist_ok=True)
    path = _path(folder, result.architecture)
    part = path.with_suffix(".part")
    record = {"settings": dict(settings), "result": asdict(result)}
    part.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    part.replace(path)


def find_kept(
    folder: Path, architecture: str, settings: Mapping[str, Any], limit_min: float
) -> TrialResult | None:
    """Return the result of an earlier run if it is still valid.

    Args:
        folder: folder of the files.
        architecture: architecture name.
        settings: current settings, serializable as JSON.
        limit_min: current time limit in minutes; a training stopped early by another limit is
            not valid.
    """
    path = _path(folder, architecture)
    if not path.is_file():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    if record["settings"] != dict(settings):
        return None
    result = TrialResult(**record["result"])
    return None if result.was_cut_short and result.limit_min != limit_min else result


def _path(folder: Path, architecture: str) -> Path:
    return folder / f"{architecture}.json"
