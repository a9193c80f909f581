# SPDX-License-Identifier: GPL-2.0-or-later
"""The train job."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import ClassVar, Dict, Optional, Tuple

from ..catalog import CATALOG, recipe_named, row_named
from ..catalog.recipes import TrainingRecipe
from ..errors import JobError
from ..label_values import meanings_of
from ..legend import Legend
from ..model_places import model_folder
from .evaluate import DATASETS
from .fields import (
    DEVICES,
    HEIGHT_KINDS,
    LABEL_VALUES_FORM,
    LABEL_VALUES_TEXT,
    check_at_least,
    check_choice,
    requires_path,
    says,
)
from .problems import height_problems, label_value_problems

RECIPE_KINDS = ("modern", "paper")
SWITCH = ("auto", "yes", "no")


@dataclass(frozen=True)
class TrainJob:
    """Train a network on an image and known labels, or go on training a model.

    A job that was killed or canceled goes on from its last checkpoint when it is run again.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "train"

    output: str = requires_path("folder of the new model, and of the checkpoint until it is done")
    image: str = says(
        "", "image with near infrared, red and green bands; leave out with a data set", is_path=True
    )
    labels: str = says(
        "",
        "true classes of the image: a raster of codes or of colors, or polygons with a class field",
        is_path=True,
    )
    architecture: str = says("", "what to train; empty: what the model to start from is")
    options: Tuple[str, ...] = says((), "how the architecture is built", form="NAME=VALUE,...")
    recipe: str = says(
        "modern", "how: the recipe of today, or that of the architecture's paper", RECIPE_KINDS
    )
    variants: Tuple[str, ...] = says((), "other ways that the paper's recipe knows, by name")
    start: str = says("", "model to start from, by name or folder; empty: random weights")
    dsm: str = says(
        "", "surface heights in meters: a DSM, or an nDSM with heights 'ndsm'", is_path=True
    )
    dtm: str = says("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = says(
        "auto", "what the heights are; auto: 'dsm+dtm' with a DTM, else 'dsm'", HEIGHT_KINDS
    )
    without_heights: bool = says(False, "leave heights out, although there are some")
    nir_band: int = says(0, "number of the near infrared band, from 1; 0: find it")
    red_band: int = says(0, "number of the red band, from 1; 0: find it")
    green_band: int = says(0, "number of the green band, from 1; 0: find it")
    dsm_band: int = says(1, "band of the DSM raster that holds the heights, from 1")
    dtm_band: int = says(1, "band of the DTM raster that holds the heights, from 1")
    class_field: str = says(
        "", "field of the polygons with the code or the name of their class; empty: find it"
    )
    label_values: Tuple[str, ...] = says((), LABEL_VALUES_TEXT, form=LABEL_VALUES_FORM)
    dataset: str = says(
        "none",
        "a whole set instead of an image: the ISPRS tiles of Vaihingen or Potsdam in their "
        "official folders, or a folder of tiles",
        DATASETS,
    )
    root: str = says("", "folder of the data set", is_path=True)
    validation_fraction: float = says(
        0.2,
        "part of each image, at its right, that is scored and never trained on, at another side "
        "if more classes are in both parts then; 0: none. A data set that lists its validation "
        "scenes is scored on these instead",
    )
    steps: int = says(0, "steps of the whole training; 0: as many as the recipe says")
    epochs: int = says(0, "instead of steps: times that the whole image is seen")
    batch: int = says(0, "patches that pass through the network together; 0: as the recipe says")
    patch_px: int = says(0, "edge of a patch in pixels; 0: as the recipe says")
    learning_rate: float = says(0.0, "rate of the last stage at its start; 0: as the recipe says")
    averaging: Optional[float] = says(
        None, "share of the average of the weights kept at each step, 0: no average; else as the "
        "recipe says"
    )  # fmt: skip
    class_weights: bool = says(False, "pixels of rare classes count more")
    validations: int = says(20, "times that the held-out part is scored on the way")
    patience: int = says(
        0, "scores without a better one after which training stops and the best weights are "
        "taken; 0: train to the end"
    )  # fmt: skip
    mixed_precision: str = says(
        "auto", "compute with bfloat16 where that is enough; auto: on CUDA devices", SWITCH
    )
    gradient_checkpointing: bool = says(
        False, "less memory, and about a third more time: compute twice instead of remembering"
    )
    title: str = says("", "what people read in lists of models; empty: that of the architecture")
    license: str = says("", "license of the weights; empty: unknown")
    seed: int = says(1, "the same seed gives the same weights")
    device: str = says("auto", "where the network is trained", DEVICES)
    threads: int = says(0, "processor threads; 0: all")
    checkpoint_s: float = says(60.0, "seconds between two checkpoints; 0: one after each step")
    fresh: bool = says(False, "start over, whatever checkpoint is there")
    legend: Optional[Legend] = says(
        None, "what the classes are; none: those of the model to start from, or of the ISPRS"
    )

    def __post_init__(self) -> None:
        """Refuse values that no run could use."""
        check_choice("recipe", self.recipe, RECIPE_KINDS)
        check_choice("heights", self.heights, HEIGHT_KINDS)
        check_choice("mixed_precision", self.mixed_precision, SWITCH)
        check_choice("device", self.device, DEVICES)
        meanings_of(self.label_values)
        check_choice("dataset", self.dataset, DATASETS)
        not_negative = (
            "nir_band", "red_band", "green_band", "steps", "epochs", "batch", "patch_px",
            "patience", "seed", "threads", "checkpoint_s",
        )  # fmt: skip
        check_at_least(0, **{name: getattr(self, name) for name in not_negative})
        check_at_least(
            1, dsm_band=self.dsm_band, dtm_band=self.dtm_band, validations=self.validations
        )
        for name, highest in (
            ("validation_fraction", 0.9),
            ("learning_rate", 1.0),
            ("averaging", 0.9999),
        ):
            if not 0 <= (getattr(self, name) or 0) <= highest:
                raise JobError(f"'{name}' is {getattr(self, name)}; it must be 0 to {highest:g}.")
        for option in self.options:
            if "=" not in option:
                raise JobError(f"'options' has {option!r}; each is written NAME=VALUE.")

    @property
    def chosen(self) -> Dict[str, str]:
        """Options by name."""
        return dict(option.split("=", 1) for option in self.options)

    def recipe_for(self, architecture: str) -> TrainingRecipe:
        """Return the recipe that trains an architecture, in the wanted variants.

        Raises:
            ValueError: the recipe has no such variant.
        """
        name = row_named(architecture).recipe if self.recipe == "paper" else "modern"
        return recipe_named(name).varied(*self.variants)

    def problems(self) -> Tuple[str, ...]:
        """Return plain sentences that keep the job from running; none means runnable."""
        sentences = [*self._source_problems()]
        if not self.output:
            sentences.append("No output folder is given: choose where the model goes.")
        if self.start and model_folder(self.start) is None:
            sentences.append(
                f"There is no model '{self.start}' to start from: name one, or choose a folder "
                "with model.json."
            )
        if self.steps and self.epochs:
            sentences.append("Both steps and epochs are given: leave one of them out.")
        if self.patience and not self.validation_fraction:
            sentences.append(
                "Patience needs scores, but nothing is held out to be scored: choose a "
                "validation_fraction, or leave patience out."
            )
        return (*sentences, *self._architecture_problems())

    def _source_problems(self) -> Tuple[str, ...]:
        """Return what is wrong with the scenes to learn from."""
        if self.dataset != "none":
            given = [name for name in ("image", "labels", "dsm", "dtm") if getattr(self, name)]
            sentences = [] if self.root else ["No root folder is given: choose the data set's."]
            if given:
                sentences.append(
                    f"A data set is given and {' and '.join(given)} too: leave out the one or the "
                    "other."
                )
            return (*sentences, *label_value_problems(self.dataset, self.label_values))
        sentences = [*height_problems(self)]
        if self.root:
            sentences.append("A root folder is given but no data set: say which one lies there.")
        if not self.image:
            sentences.append(
                "No image is given: choose a raster with NIR, red and green bands, or a data set "
                "and its root folder."
            )
        elif not self.labels:
            sentences.append("No labels are given: choose the true classes of the image.")
        return tuple(sentences)

    def _architecture_problems(self) -> Tuple[str, ...]:
        names = [row.name for row in CATALOG]
        if not self.architecture:
            if self.start:
                return ()
            return ("No architecture is given: name one; 'architectures' lists all.",)
        if self.architecture not in names:
            close = difflib.get_close_matches(self.architecture, names, 1)
            hint = f"did you mean '{close[0]}'?" if close else "'architectures' lists all."
            return (f"There is no architecture '{self.architecture}': {hint}",)
        try:
            row_named(self.architecture).settled(self.chosen)
            self.recipe_for(self.architecture)
        except ValueError as error:
            return (f"The architecture cannot be trained so: {error}",)
        return ()
