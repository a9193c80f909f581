# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for comparing architectures and models."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePath
from typing import ClassVar, List, Tuple

from ..catalog import CATALOG, WIDTH
from ..errors import JobError
from ..label_values import meanings_of
from ..model_paths import model_folder
from .fields import (
    CLASS_FIELD_TEXT,
    DEVICES,
    LABEL_VALUES_FORM,
    LABEL_VALUES_TEXT,
    check_at_least,
    check_choice,
    option,
    required_path,
)
from .scene_input import SceneInput


@dataclass(frozen=True)
class CompareJob(SceneInput):
    """Train or load several networks, label an image with each, and evaluate the labels.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "compare"

    labels: str = required_path(
        "ground truth of the image: class raster, image in ISPRS colors, or polygons with a class "
        "field"
    )
    output: str = required_path("folder for the table, the models and the labels")
    architectures: Tuple[str, ...] = option(
        (), "architectures to train, and models to use as they are"
    )
    class_field: str = option("", CLASS_FIELD_TEXT)
    label_values: Tuple[str, ...] = option((), LABEL_VALUES_TEXT, form=LABEL_VALUES_FORM)
    test_fraction: float = option(
        0.2,
        "fraction of the image held out for testing, at its right; at another side, or in blocks "
        "of the image, if both parts then have more classes",
    )
    steps: int = option(300, "number of training steps of each architecture")
    patches: int = option(4, "batch size in patches")
    patch_px: int = option(256, "edge of a training patch in pixels")
    learning_rate: float = option(0.002, "peak learning rate")
    width: str = option("1", WIDTH.summary, WIDTH.values)
    seed: int = option(1, "random seed of weights and patches")
    device: str = option("auto", "device to run the network on", DEVICES)
    threads: int = option(0, "number of CPU threads; 0: all")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        super().__post_init__()
        check_choice("device", self.device, DEVICES)
        meanings_of(self.label_values)
        check_choice("width", self.width, WIDTH.values)
        check_at_least(
            0,
            seed=self.seed,
            threads=self.threads,
        )
        check_at_least(1, steps=self.steps)
        check_at_least(2, patches=self.patches)  # batch norm needs at least two
        check_at_least(32, patch_px=self.patch_px)
        if not 0 < self.learning_rate <= 1:
            raise JobError(f"'learning_rate' is {self.learning_rate}; it must be within 0..1.")
        if not 0.05 <= self.test_fraction <= 0.9:
            raise JobError(f"'test_fraction' is {self.test_fraction}; it must be 0.05 to 0.9.")

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = [*super().problems()]
        if not self.labels:
            sentences.append("No labels are given: choose the ground truth of the image.")
        if not self.output:
            sentences.append("No output folder is given: choose where to save the results.")
        if not self.architectures:
            sentences.append(
                "No architectures or models are given: choose some, such as default,maggiori_skip."
            )
        return (*sentences, *_name_problems(self.architectures))


def _name_problems(names: Tuple[str, ...]) -> Tuple[str, ...]:
    """Return a message for each unknown name, and for names whose results would collide."""
    stems = [PurePath(name).name for name in names]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    known = [row.name for row in CATALOG]
    unknown = [name for name in names if name not in known and model_folder(name) is None]
    return (
        *(
            f"'{stem}' is listed twice, but results are saved under that name: list it once."
            for stem in twice
        ),
        *(
            f"'{name}' is neither an architecture nor a model.{_hint(name, known)} "
            "Choose one of the lists, or a model folder with model.json."
            for name in unknown
        ),
    )


def _hint(name: str, known: List[str]) -> str:
    close = get_close_matches(name, known, 1)
    return f" Did you mean '{close[0]}'?" if close else ""
