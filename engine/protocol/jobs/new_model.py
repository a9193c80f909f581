# SPDX-License-Identifier: GPL-2.0-or-later
"""New model of a job: its place, and the model that it starts from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Tuple, TypeVar

from ..model_names import name_problem
from ..model_paths import model_folder, own_models_folder

NewModelJob = TypeVar("NewModelJob", bound="NewModel")


class NewModel:
    """Base of jobs that write a model, which have the fields below."""

    output: str
    name: str
    title: str
    start: str

    def placed(self: NewModelJob) -> NewModelJob:
        """Return the job with the folder of the model; a name stands for one in the library."""
        if self.output or not self.name:
            return self
        job: Any = self
        folder = own_models_folder() / self.name
        placed: NewModelJob = replace(
            job, output=str(folder), name="", title=self.title or self.name
        )
        return placed

    def place_problems(self) -> Tuple[str, ...]:
        """Return a message if the place of the model is missing, invalid or given twice."""
        if self.output and self.name:
            return ("Both a name and an output folder are given: leave one of them out.",)
        if self.name:
            return tuple(filter(None, (name_problem(self.name),)))
        if self.output:
            return ()
        return ("The new model has no name: give one, or choose an output folder.",)

    def start_problems(self) -> Tuple[str, ...]:
        """Return a message if the model to start from does not exist."""
        if model_folder(self.start) is not None:
            return ()
        return (
            f"There is no model '{self.start}' to start from: give the name of a model, or "
            "choose a folder with model.json.",
        )
