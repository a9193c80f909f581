# SPDX-License-Identifier: GPL-2.0-or-later
"""What an evaluation is about: the scenes of a data set, or the one image that is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..datasets import LAYOUTS, LabeledScene, scenes_of, truth_in
from ..protocol import ISPRS

if TYPE_CHECKING:
    from ..protocol import EvaluateJob, Legend


@dataclass(frozen=True)
class Subject:
    """Scenes with known classes.

    Args:
        title: what people call them.
        scenes: one or more.
        legend: what the classes are.
        ignored: index of a class that nobody is asked to find, or None.
    """

    title: str
    scenes: tuple[LabeledScene, ...]
    legend: Legend
    ignored: int | None = None

    @property
    def files(self) -> dict[str, str]:
        """Return the path of every file that is read, by what it is."""
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


def subject_of(job: EvaluateJob, known: Legend) -> Subject:
    """Return what a job is about.

    Args:
        job: names a data set, or an image and its labels.
        known: legend of the model, by which labels are read that have no legend of their own.

    Raises:
        InputError: a file is missing.
    """
    if job.dataset == "none":
        return Subject(Path(job.image).stem, (_one_scene(job),), known)
    scenes = scenes_of(job.dataset, job.root, job.split, job.heights, job.label_values)
    layout = LAYOUTS.get(job.dataset)
    if layout is None:
        return Subject(Path(job.root).name, scenes, known)
    names = [one.name for one in ISPRS.classes]
    ignored = names.index(layout.ignored) if layout.ignored else None
    return Subject(layout.title, scenes, ISPRS, ignored)


def _one_scene(job: EvaluateJob) -> LabeledScene:
    return LabeledScene(
        name=Path(job.image).stem,
        image=job.image,
        truth=truth_in(job.labels, job.class_field, job.label_values),
        bands=(job.nir_band, job.red_band, job.green_band),
        dsm=job.dsm,
        dtm=job.dtm,
        heights=job.heights,
    )
