# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for fine-tuning a model on drawn polygons."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar, Tuple

from ..catalog.recipes import BUDGETS, CAUSES
from ..label_values import meanings_of
from ..new_classes import NEW_CLASSES_FORM
from .fields import (
    CLASS_FIELD_TEXT,
    DEVICES,
    LABEL_VALUES_FORM,
    LABEL_VALUES_TEXT,
    check_at_least,
    check_at_most,
    check_choice,
    option,
    required_path,
)
from .new_model import NewModel
from .scene_input import SceneInput

MOST_MINUTES = 24 * 60.0


@dataclass(frozen=True)
class DrawnInput(SceneInput):
    """A scene with polygons drawn on it; what is outside of them is unknown.

    Raises:
        JobError: if a value is invalid.
    """

    labels: str = required_path("polygons with a class field; only what is inside them is learned")
    class_field: str = option("", CLASS_FIELD_TEXT)
    label_values: Tuple[str, ...] = option((), LABEL_VALUES_TEXT, form=LABEL_VALUES_FORM)

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        super().__post_init__()
        meanings_of(self.label_values)

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the scene from being read; empty if there are none."""
        sentences = [*super().problems()]
        if self.image and not self.labels:
            sentences.append("No labels are given: choose the layer with the drawn polygons.")
        return tuple(sentences)


@dataclass(frozen=True)
class FinetuneJob(NewModel, DrawnInput):
    """Fine-tune a model on polygons drawn where its labels are wrong.

    A job that was interrupted or canceled continues from its last checkpoint when it is run again.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "finetune"

    start: str = option("default", "model to fine-tune, by name or folder")
    output: str = option(
        "", "folder of the new model; empty: in the library, under its name", is_path=True
    )
    name: str = option("", "name of the new model in the library, if no folder is given")
    title: str = option("", "display name of the new model; empty: its name")
    cause: str = option(
        "colors",
        "what is wrong: the image has other colors, light or sharpness; a class means something "
        "else here; or a class is missing",
        CAUSES,
    )
    new_classes: Tuple[str, ...] = option(
        (),
        "classes that the model lacks, each with an optional color, for example "
        "Water=#0064ff,Gravel; they get the next free codes",
        form=NEW_CLASSES_FORM,
    )
    budget: str = option(
        "standard",
        "how long to train: a preview of less than a minute without a verdict, standard (up to 8 "
        "minutes) or thorough (up to 20 minutes)",
        BUDGETS,
    )
    minutes: float = option(0.0, "time limit in minutes; 0: that of the budget")
    further_scenes: Tuple[DrawnInput, ...] = option((), "further scenes with their polygons")
    steps: int = option(
        0, "number of steps of the last training; 0: by the budget and the number of polygons"
    )
    fold_steps: int = option(
        0, "number of steps of each fold; 0: as many as the last training, if there is time"
    )
    folds: int = option(
        0, "number of folds, each of which is predicted by a model that did not learn from it; 0: "
        "five, or fewer if the polygons lie in fewer places"
    )  # fmt: skip
    mixed_precision: str = option(
        "auto",
        "compute in bfloat16 where precision allows; auto: where the processor or the device "
        "computes it faster",
        ("auto", "yes", "no"),
    )
    seed: int = option(1, "random seed; the same seed gives the same weights")
    device: str = option("auto", "device to train the network on", DEVICES)
    threads: int = option(0, "number of CPU threads; 0: all")
    checkpoint_s: float = option(
        20.0, "interval between checkpoints in seconds; 0: after each step"
    )
    fresh: bool = option(False, "start over and ignore an existing checkpoint")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        super().__post_init__()
        check_choice("cause", self.cause, CAUSES)
        check_choice("budget", self.budget, BUDGETS)
        check_choice("mixed_precision", self.mixed_precision, ("auto", "yes", "no"))
        check_choice("device", self.device, DEVICES)
        not_negative = (
            "minutes", "steps", "fold_steps", "folds", "seed", "threads", "checkpoint_s",
        )  # fmt: skip
        check_at_least(0, **{name: getattr(self, name) for name in not_negative})
        check_at_most(MOST_MINUTES, minutes=self.minutes)

    @property
    def scenes(self) -> Tuple[DrawnInput, ...]:
        """All scenes with their polygons, the first one among them."""
        first = {each.name: getattr(self, each.name) for each in fields(DrawnInput)}
        return (DrawnInput(**first), *self.further_scenes)

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = [*super().problems(), *self.place_problems()]
        for number, scene in enumerate(self.further_scenes, 2):
            sentences += [f"Scene {number}: {sentence}" for sentence in scene.problems()]
        sentences += self.start_problems()
        if self.cause == "missing_class" and not self.new_classes:
            sentences.append(
                "A class is missing, but none is named: give the names of new_classes."
            )
        return tuple(sentences)
