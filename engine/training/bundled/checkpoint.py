# SPDX-License-Identifier: GPL-2.0-or-later
"""Checkpoint of a run of a bundled model: an interrupted run goes on as if nothing had happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safetensors import safe_open
from safetensors.torch import save_file

if TYPE_CHECKING:
    from pathlib import Path

    from ..steps import StageTraining


class RunCheckpoint:
    """State of a run in a file.

    Args:
        path: path of the file.
        recipe: settings of the run as text; the state of another run is ignored.
    """

    def __init__(self, path: Path, recipe: str) -> None:
        self._path, self._recipe = path, recipe

    def resume(self, training: StageTraining) -> float:
        """Restore the state if the file has that of this run; return the time spent in seconds.

        Args:
            training: training of the run, at its start.
        """
        if not self._path.exists():
            return 0.0
        with safe_open(self._path, "pt") as saved:
            words = saved.metadata()
            if words["recipe"] != self._recipe:
                return 0.0
            tensors = {name: saved.get_tensor(name) for name in saved.keys()}  # noqa: SIM118
        training.resume(tensors, int(words["done"]))
        return float(words["elapsed_s"])

    def save(self, training: StageTraining, elapsed_s: float) -> None:
        """Replace the file by the current state."""
        words = {"recipe": self._recipe, "done": str(training.done), "elapsed_s": str(elapsed_s)}
        aside = self._path.with_suffix(".part")
        aside.parent.mkdir(parents=True, exist_ok=True)
        tensors = {name: value.contiguous() for name, value in training.tensors().items()}
        save_file(tensors, aside, words)
        aside.replace(self._path)

    def remove(self) -> None:
        """Remove the file at the end of the run."""
        self._path.unlink(missing_ok=True)
