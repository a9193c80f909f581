# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenes of an evaluation: those of a data set, or a single image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..datasets import LAYOUTS, labeled_scene, scenes_of_split
from ..protocol import ISPRS

if TYPE_CHECKING:
    from ..datasets import LabeledScene
    from ..protocol import EvaluateJob, Legend


@dataclass(frozen=True)
class Subject:
    """Labeled scenes to evaluate on.

    Args:
        title: title of the data set or the image.
        scenes: at least one scene.
        legend: legend of the labels.
        ignored: index of the class that is ignored in scoring, or None.
    """

    title: str
    scenes: tuple[LabeledScene, ...]
    legend: Legend
    ignored: int | None = None

    @property
    def files(self) -> dict[str, str]:
        """Paths of all files that are read, by role."""
        files = {}
        for scene in self.scenes:
            suffix = f"_{scene.name}" if len(self.scenes) > 1 else ""
            found = {
                "image": scene.image,
                "dsm": scene.dsm,
                "dtm": scene.dtm,
                "labels": scene.truth.path,
                "labels_eroded": scene.eroded.path if scene.eroded else "",
            }
            files.update({role + suffix: path for role, path in found.items() if path})
        return files


def subject_of(job: EvaluateJob, model: Legend) -> Subject:
    """Return the scenes of an evaluation job.

    Args:
        job: evaluation job with a data set, or an image and its labels.
        model: legend of the model, used for labels without a legend of their own.

    Raises:
        InputError: if a file is missing.
    """
    if job.dataset == "none":
        return Subject(Path(job.image).stem, (labeled_scene(job),), model)
    scenes = scenes_of_split(job, job.split)
    layout = LAYOUTS.get(job.dataset)
    if layout is None:
        return Subject(Path(job.root).name, scenes, model)
    names = [one.name for one in ISPRS.classes]
    ignored = names.index(layout.ignored) if layout.ignored else None
    return Subject(layout.title, scenes, ISPRS, ignored)
