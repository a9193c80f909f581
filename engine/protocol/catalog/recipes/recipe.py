# SPDX-License-Identifier: GPL-2.0-or-later
"""Training recipes: all hyperparameters of a training run."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from math import ceil
from typing import Optional, Tuple

from .loss import CrossEntropy, Loss
from .schedule import Constant, Schedule
from .step import Augmentation, Optimizer, Sampling


@dataclass(frozen=True)
class Stage:
    """One stage of a training run, after which the next stage takes over the weights.

    Args:
        learning_rate: initial learning rate.
        steps: number of optimizer steps, or 0 if `epochs` is given.
        epochs: number of epochs, or 0 if `steps` is given.
        schedule: learning rate schedule.
        architecture: architecture to train; empty: that of the run.
        frozen: names of the parts of the network that are not trained.
        title: display name, if it is not that of the architecture.
    """

    learning_rate: float
    steps: int = 0
    epochs: int = 0
    schedule: Schedule = field(default_factory=Constant)
    architecture: str = ""
    frozen: Tuple[str, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        """Check the learning rate and the length."""
        if self.learning_rate <= 0:
            raise ValueError("The learning rate must be positive.")
        if min(self.steps, self.epochs) < 0 or (self.steps > 0) == (self.epochs > 0):
            raise ValueError("A stage needs either a number of steps or a number of epochs.")

    def length(self, images: int, sampling: Sampling) -> int:
        """Return the number of steps for a number of images.

        Example:
            >>> Stage(5e-4, epochs=30).length(2975, Sampling(batch=4))
            22313
        """
        return self.steps or ceil(self.epochs * images / sampling.images)


@dataclass(frozen=True)
class Growth:
    """An architecture that extends another one.

    Args:
        architecture: name of the architecture.
        base: name of the architecture that it extends, which is trained first.
        stage: stage that follows; None if the extension has no parameters to train.
    """

    architecture: str
    base: str
    stage: Optional[Stage] = None


@dataclass(frozen=True)
class Variant:
    """Variant of a recipe in a paper or its code; fields that are None do not change the recipe.

    Args:
        name: identifier.
        summary: description of the difference and its source.
        sampling: replacement of the sampling.
        loss: replacement of the loss.
        augmentation: replacement of the augmentation.
        optimizer: replacement of the optimizer.
        stages: replacement of the stages.
        cell_px: replacement of the cell size.
        frozen_norms: replacement of the flag of frozen batch norms.
        own_rates: replacement of the learning rates of single architectures.
    """

    name: str
    summary: str
    sampling: Optional[Sampling] = None
    loss: Optional[Loss] = None
    augmentation: Optional[Augmentation] = None
    optimizer: Optional[Optimizer] = None
    stages: Optional[Tuple[Stage, ...]] = None
    cell_px: Optional[int] = None
    frozen_norms: Optional[bool] = None
    own_rates: Optional[Tuple[Tuple[str, float], ...]] = None

    def applied_to(self, recipe: TrainingRecipe) -> TrainingRecipe:
        """Return the recipe with the fields of the variant replaced."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)[2:]}
        return replace(recipe, **{name: part for name, part in parts.items() if part is not None})


@dataclass(frozen=True)
class TrainingRecipe:
    """All hyperparameters of a training run.

    Args:
        name: identifier, to which rows of the catalog refer.
        title: display name.
        described_in: paper and section.
        sampling: samples of a step.
        optimizer: optimizer and its hyperparameters.
        stages: stages in their order.
        loss: loss function; networks with several heads weight them themselves.
        augmentation: augmentation of images.
        cell_px: edge of the cells of the network's scores, if the loss is computed per cell with
            the label at its first pixel; 0: the loss is computed per pixel.
        frozen_norms: whether batch norms use their running statistics and do not update them.
        averaging: decay of the moving average of the weights; 0: no average.
        own_rates: pairs of architecture and learning rate in the last stage, where they differ.
        grown: architectures that extend another one trained by this recipe.
        variants: variants of the recipe.
    """

    name: str
    title: str
    described_in: str
    sampling: Sampling
    optimizer: Optimizer
    stages: Tuple[Stage, ...]
    loss: Loss = field(default_factory=CrossEntropy)
    augmentation: Augmentation = field(default_factory=Augmentation)
    cell_px: int = 0
    frozen_norms: bool = False
    averaging: float = 0.0
    own_rates: Tuple[Tuple[str, float], ...] = ()
    grown: Tuple[Growth, ...] = ()
    variants: Tuple[Variant, ...] = ()

    def __post_init__(self) -> None:
        """Check stages, averaging, cell size and the names of variants."""
        if not self.stages:
            raise ValueError(f"{self.name} has no stage.")
        if not 0 <= self.averaging < 1:
            raise ValueError(f"The averaging of {self.name} must be within 0..1.")
        if self.cell_px < 0:
            raise ValueError(f"The cell size of {self.name} must not be negative.")
        if len({variant.name for variant in self.variants}) < len(self.variants):
            raise ValueError(f"{self.name} has two variants of the same name.")

    def varied(self, *names: str) -> TrainingRecipe:
        """Return the recipe with variants applied in order; later ones take precedence.

        Raises:
            ValueError: if the recipe has no variant of a given name.
        """
        known = {variant.name: variant for variant in self.variants}
        recipe = self
        for name in names:
            if name not in known:
                raise ValueError(f"{self.name} has no variant {name!r}; it has {', '.join(known)}.")
            recipe = known[name].applied_to(recipe)
        return recipe

    def stages_for(self, architecture: str) -> Tuple[Stage, ...]:
        """Return the stages that lead to an architecture, each with the architecture it trains.

        Later stages of other architectures are omitted. An architecture without a stage of its own
        is trained in the last one. For an architecture that needs no training beyond its base, the
        stages end with those of the base.
        """
        for growth in self.grown:
            if growth.architecture == architecture:
                on_top = (replace(growth.stage, architecture=architecture),) if growth.stage else ()
                return self.stages_for(growth.base) + on_top
        named = [n for n, stage in enumerate(self.stages, 1) if stage.architecture == architecture]
        kept = self.stages[: named[-1] if named else len(self.stages)]
        earlier = [replace(s, architecture=s.architecture or architecture) for s in kept[:-1]]
        rate = dict(self.own_rates).get(architecture, kept[-1].learning_rate)
        return (*earlier, replace(kept[-1], architecture=architecture, learning_rate=rate))
