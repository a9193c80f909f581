# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for training a model."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import ClassVar, Dict, Optional, Tuple

from ..catalog import CATALOG, recipe_named, row_named
from ..catalog.recipes import TrainingRecipe
from ..errors import JobError
from ..legend import Legend
from .fields import DEVICES, check_at_least, check_choice, option
from .labeled_input import LabeledInput
from .new_model import NewModel

RECIPE_KINDS = ("modern", "paper")
SWITCH = ("auto", "yes", "no")
# A model that is trained on starts near its goal. These are the steps of a standard fine-tuning
# with twenty polygons and take minutes on a CPU; those of the recipe, for random weights, hours.
TUNING_STEPS = 240


@dataclass(frozen=True)
class TrainJob(NewModel, LabeledInput):
    """Train a network on labeled imagery, or fine-tune a model.

    A job that was interrupted or canceled continues from its last checkpoint when it is run again.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "train"

    output: str = option(
        "",
        "folder of the new model, and of checkpoints during training; empty: in the library, under "
        "its name",
        is_path=True,
    )
    name: str = option("", "name of the new model in the library, if no folder is given")
    architecture: str = option("", "architecture to train; empty: that of the model to start from")
    options: Tuple[str, ...] = option(
        (), "build options of the architecture", form="NAME=VALUE,..."
    )
    recipe: str = option(
        "modern",
        "training recipe: the default one, or that of the architecture's paper",
        RECIPE_KINDS,
    )
    variants: Tuple[str, ...] = option((), "variants of the paper's recipe, by name")
    start: str = option("", "model to start from, by name or folder; empty: random weights")
    without_heights: bool = option(False, "train without heights, even if they are given")
    validation_fraction: float = option(
        0.2,
        "fraction of each image held out for validation, at its right; at another side, or in "
        "blocks of the image, if both parts then have more classes; 0: none. A data set that lists "
        "validation scenes is validated on these instead",
    )
    steps: int = option(
        0,
        f"number of training steps; 0: {TUNING_STEPS} with a model to start from of the same "
        "architecture, else as in the recipe, which takes hours without a graphics card",
    )
    epochs: int = option(0, "number of epochs, instead of steps; 0: by steps")
    batch: int = option(0, "batch size in patches; 0: as in the recipe")
    patch_px: int = option(0, "edge of a patch in pixels; 0: as in the recipe")
    learning_rate: float = option(0.0, "initial rate of the last stage; 0: as in the recipe")
    averaging: Optional[float] = option(
        None, "decay of the moving average of the weights, 0: no average; by default as in the "
        "recipe"
    )  # fmt: skip
    class_weights: bool = option(False, "give pixels of rare classes more weight")
    validations: int = option(20, "number of validations during training")
    patience: int = option(
        0, "number of validations without improvement after which training stops and the best "
        "weights are kept; 0: train to the end"
    )  # fmt: skip
    mixed_precision: str = option(
        "auto", "compute in bfloat16 where precision allows; auto: on CUDA devices", SWITCH
    )
    gradient_checkpointing: bool = option(
        False, "recompute activations, which saves memory and takes about a third more time"
    )
    title: str = option("", "display name of the model; empty: that of the architecture")
    license: str = option("", "license of the weights; empty: unknown")
    seed: int = option(1, "random seed; the same seed gives the same weights")
    device: str = option("auto", "device to train the network on", DEVICES)
    threads: int = option(0, "number of CPU threads; 0: all")
    checkpoint_s: float = option(
        60.0, "interval between checkpoints in seconds; 0: after each step"
    )
    fresh: bool = option(False, "start over and ignore an existing checkpoint")
    legend: Optional[Legend] = option(
        None, "land classes; none: those of the model to start from, or of the ISPRS"
    )

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        super().__post_init__()
        check_choice("recipe", self.recipe, RECIPE_KINDS)
        check_choice("mixed_precision", self.mixed_precision, SWITCH)
        check_choice("device", self.device, DEVICES)
        not_negative = (
            "steps", "epochs", "batch", "patch_px", "patience", "seed", "threads", "checkpoint_s",
        )  # fmt: skip
        check_at_least(0, **{name: getattr(self, name) for name in not_negative})
        check_at_least(1, validations=self.validations)
        for name, highest in (
            ("validation_fraction", 0.9),
            ("learning_rate", 1.0),
            ("averaging", 0.9999),
        ):
            if not 0 <= (getattr(self, name) or 0) <= highest:
                raise JobError(f"'{name}' is {getattr(self, name)}; it must be 0 to {highest:g}.")
        for pair in self.options:
            if "=" not in pair:
                raise JobError(f"'options' has {pair!r}; each must be written NAME=VALUE.")

    @property
    def chosen(self) -> Dict[str, str]:
        """Values of the options, by name."""
        return dict(pair.split("=", 1) for pair in self.options)

    def recipe_for(self, architecture: str) -> TrainingRecipe:
        """Return the recipe for an architecture with the chosen variants.

        Raises:
            ValueError: if the recipe has no such variant.
        """
        name = row_named(architecture).recipe if self.recipe == "paper" else "modern"
        return recipe_named(name).varied(*self.variants)

    def has_tuning_budget(self, architecture: str, start_architecture: str) -> bool:
        """Return whether training takes `TUNING_STEPS` steps.

        It does not if steps or epochs are given, or a paper's recipe is to be followed.

        Args:
            architecture: architecture to train.
            start_architecture: architecture of the model to start from, or empty.
        """
        is_free = not self.steps and not self.epochs and self.recipe != "paper"
        return is_free and architecture == start_architecture

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = [*super().problems()]
        sentences += self.place_problems()
        if self.start:
            sentences += self.start_problems()
        if self.steps and self.epochs:
            sentences.append("Both steps and epochs are given: leave one of them out.")
        if self.patience and not self.validation_fraction:
            sentences.append(
                "Patience needs validation scores, but no part is held out for validation: choose "
                "a validation_fraction, or leave patience out."
            )
        return (*sentences, *self._architecture_problems())

    def _architecture_problems(self) -> Tuple[str, ...]:
        names = [row.name for row in CATALOG]
        if not self.architecture:
            if self.start:
                return ()
            return (
                "No architecture is given: choose a model to start from, or an architecture such "
                "as maggiori_mlp.",
            )
        if self.architecture not in names:
            close = difflib.get_close_matches(self.architecture, names, 1)
            hint = f"did you mean '{close[0]}'?" if close else "'architectures' lists all."
            return (f"There is no architecture '{self.architecture}': {hint}",)
        try:
            row_named(self.architecture).settled(self.chosen)
            self.recipe_for(self.architecture)
        except ValueError as error:
            return (f"The architecture cannot be trained with these settings: {error}",)
        return ()
