# SPDX-License-Identifier: GPL-2.0-or-later
"""The recipe: every number of a training run, without a line of training."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from math import ceil
from typing import Optional, Tuple

from .loss import CrossEntropy, Loss
from .schedule import Constant, Schedule
from .step import Augmentation, Optimizer, Sampling


@dataclass(frozen=True)
class Stage:
    """One part of a training run, at the end of which the next architecture takes the weights over.

    Args:
        learning_rate: at the start.
        steps: of the optimizer, or 0 where `epochs` says how long.
        epochs: times that every image is seen, or 0.
        schedule: how the rate changes.
        architecture: what is trained; empty: the one that the run is about.
        frozen: parts of the network that do not learn, by their names.
        title: what the stage is about, where it is not its architecture.
    """

    learning_rate: float
    steps: int = 0
    epochs: int = 0
    schedule: Schedule = field(default_factory=Constant)
    architecture: str = ""
    frozen: Tuple[str, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        """Refuse a stage without a rate or with two lengths."""
        if self.learning_rate <= 0:
            raise ValueError("The learning rate must be above zero.")
        if min(self.steps, self.epochs) < 0 or (self.steps > 0) == (self.epochs > 0):
            raise ValueError("A stage lasts either some steps or some epochs.")

    def length(self, images: int, sampling: Sampling) -> int:
        """Return its steps when there are so many images.

        Example:
            >>> Stage(5e-4, epochs=30).length(2975, Sampling(batch=4))
            22313
        """
        return self.steps or ceil(self.epochs * images / sampling.images)


@dataclass(frozen=True)
class Growth:
    """An architecture that is another one with something on top.

    Args:
        architecture: its name.
        base: name of the other one, which is trained first.
        stage: what follows then; None where what is on top has nothing to learn.
    """

    architecture: str
    base: str
    stage: Optional[Stage] = None


@dataclass(frozen=True)
class Variant:
    """Another way that authors or their code went: the parts of a recipe that it replaces.

    Args:
        name: identifier.
        summary: what is different, and who does it so.
        sampling: if other.
        loss: if other.
        augmentation: if other.
        optimizer: if other.
        stages: if other.
        cell_px: if other.
        frozen_norms: if other.
        own_rates: if other.
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
        """Return the recipe with the parts replaced."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)[2:]}
        return replace(recipe, **{name: part for name, part in parts.items() if part is not None})


@dataclass(frozen=True)
class TrainingRecipe:
    """Every number of a training run.

    Args:
        name: identifier; rows of the catalog name it.
        title: what people read.
        described_in: paper and section.
        sampling: what a step looks at.
        optimizer: what turns gradients into steps.
        stages: one after the other.
        loss: what is made small; a network with several heads weighs them itself.
        augmentation: how images are changed.
        cell_px: edge of the cells for which a network computes scores, where the loss reads these
            and the truth at the first pixel of each; 0: the loss reads every pixel.
        frozen_norms: batch norms keep what they know, and use it.
        averaging: share of the running average of the weights kept at each step; 0: no average.
        own_rates: architectures with another learning rate in the last stage, and that rate.
        grown: architectures that start from another one which this recipe trains.
        variants: other ways.
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
        """Refuse a recipe that trains nothing, or two variants of one name."""
        if not self.stages:
            raise ValueError(f"{self.name} has no stage.")
        if not 0 <= self.averaging < 1:
            raise ValueError(f"{self.name} keeps a share of the average that is not within 0..1.")
        if self.cell_px < 0:
            raise ValueError(f"{self.name} has cells of less than a pixel.")
        if len({variant.name for variant in self.variants}) < len(self.variants):
            raise ValueError(f"{self.name} has two variants of one name.")

    def varied(self, *names: str) -> TrainingRecipe:
        """Return the recipe in other ways, the last one winning where they meet.

        Raises:
            ValueError: there is no such variant.
        """
        known = {variant.name: variant for variant in self.variants}
        recipe = self
        for name in names:
            if name not in known:
                raise ValueError(f"{self.name} has no variant {name!r}; it has {', '.join(known)}.")
            recipe = known[name].applied_to(recipe)
        return recipe

    def stages_for(self, architecture: str) -> Tuple[Stage, ...]:
        """Return the stages that end with an architecture, each with the one it trains.

        A later stage that another architecture stands for is left out. An architecture that no
        stage names has the last one for itself. Where an architecture needs no training beyond
        that of another one, the stages end with that.
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
