# SPDX-License-Identifier: GPL-2.0-or-later
"""Definition of a bundled model and of its training runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...protocol import HEIGHT_ROLE, Normalization, check_averaged_turns, labeled_gsd_m

if TYPE_CHECKING:
    from .settings import RunSettings

FIRST_SEED = 1_000_000
HELD_OUT = (
    (1, 0.1), (2, 0.1), (3, 0.12), (4, 0.15), (5, 0.2), (6, 0.2),
    (7, 0.25), (8, 0.3), (9, 0.3), (10, 0.4), (11, 0.5), (12, 0.5),
)  # fmt: skip


@dataclass(frozen=True)
class BundledRun:
    """Training run of a bundled model.

    Args:
        settings: settings of the training loop.
        seed: random seed of views, patches and cells.
        first_scene: seed of the first scene; the following scenes have the next numbers.
        bundled_at: steps after which the weights are bundled, including the last one.

    Raises:
        ValueError: if `bundled_at` does not include the last step.
    """

    settings: RunSettings
    seed: int
    first_scene: int
    bundled_at: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check that the final weights are bundled."""
        last = self.settings.last_step
        if last not in self.bundled_at:
            raise ValueError(f"Weights must be bundled after the last step, {last}.")


@dataclass(frozen=True)
class Variant:
    """Bundled model with the weights of another one, whose labels are computed differently.

    Args:
        name: name of the model and of its folder.
        title: title shown to users.
        summary: purpose of the model.
        weights_of: name of the bundled model that it has the weights of.
        averaged_turns: number of orientations of the image whose scores are averaged.

    Raises:
        ValueError: if this number is none that a card can have.
    """

    name: str
    title: str
    summary: str
    weights_of: str
    averaged_turns: int

    def __post_init__(self) -> None:
        """Check the number of orientations before anything is trained."""
        check_averaged_turns(self.averaged_turns)


@dataclass(frozen=True)
class BundledModel:
    """Definition of a bundled model.

    Args:
        name: name of the model and of its folder.
        title: title shown to users.
        summary: purpose of the model.
        architecture: architecture of the catalog; cells can be sampled for MLP networks only.
        options: options of the architecture.
        roles: input channels.
        seed: random seed of the weights, and of views, batches and cells of the first run.
        settings: settings of the first training run.
        refinements: settings of further runs, each of which continues with the weights of the
            previous run on new scenes.
        gsd_range_m: range of GSD that the network sees, in meters. In smaller pixels it would see
            too little of the surroundings, in larger ones too little of cars.
        finest_image_m: minimum GSD of the training scenes in meters.
        coarsest_image_m: maximum GSD of the training scenes in meters; their GSD is log-uniform
            between both, and those out of `gsd_range_m` are resampled as in labeling.
        enlarged_to_m: GSD in meters that coarser scenes are enlarged to; 0: the coarsest of
            `gsd_range_m`. The network has one score for 2 x 2 pixels, so smaller pixels help with
            objects that are a pixel or two wide.
        normalization: normalization of raw values.
        ceilings_m: largest height above ground of some classes in meters.
        averaged_turns: number of orientations of the image whose scores are averaged in labeling.
        scene_px: edge of a training scene in pixels of the input.
        pool_size: number of scenes in memory.
        first_seed: seed of the first training scene; the following scenes have the next numbers.
        held_out: (seed, GSD in meters) of the held-out scenes.
        held_out_px: edge of a held-out scene in pixels of the input.
        bundled_at: steps of the first run after which intermediate weights are bundled as well.

    Raises:
        ValueError: if the number of orientations is none that a card can have.
    """

    name: str
    title: str
    summary: str
    architecture: str
    options: dict[str, str]
    roles: tuple[str, ...]
    seed: int
    settings: RunSettings
    gsd_range_m: tuple[float, float] = (1 / 6, 0.2)
    finest_image_m: float = 0.1
    coarsest_image_m: float = 0.6
    enlarged_to_m: float = 0.0
    normalization: Normalization = field(
        default_factory=lambda: Normalization(stretch_together=True)
    )
    ceilings_m: dict[str, float] = field(default_factory=dict)
    averaged_turns: int = 1
    scene_px: int = 384
    pool_size: int = 64
    first_seed: int = FIRST_SEED
    held_out: tuple[tuple[int, float], ...] = HELD_OUT
    held_out_px: int = 640
    bundled_at: tuple[int, ...] = ()
    refinements: tuple[RunSettings, ...] = ()

    def __post_init__(self) -> None:
        """Check the number of orientations before anything is trained."""
        check_averaged_turns(self.averaged_turns)

    def input_gsd_m(self, gsd_m: float) -> float:
        """Return the input GSD in meters for a scene, the same in training and in labeling."""
        return labeled_gsd_m(gsd_m, self.gsd_range_m, self.enlarged_to_m)

    @property
    def runs(self) -> tuple[BundledRun, ...]:
        """Training runs in their order, on disjoint scenes."""
        bundled_at = (*self.bundled_at, self.settings.last_step)
        runs = [BundledRun(self.settings, self.seed, self.first_seed, bundled_at)]
        for settings in self.refinements:
            last = runs[-1]
            unseen = last.first_scene + self.scene_count(last.settings, last.settings.last_step)
            # The seed of a further run may be any number that no other run uses.
            runs.append(BundledRun(settings, unseen, unseen, (settings.last_step,)))
        return tuple(runs)

    def scene_count(self, settings: RunSettings, steps: int) -> int:
        """Return the number of scenes that a run uses in a number of steps."""
        return self.pool_size + steps // settings.steps_per_view

    @property
    def channels(self) -> int:
        """Number of input channels."""
        return self.normalization.channels_of(self.roles)

    @property
    def wants_heights(self) -> bool:
        """Whether heights are an input channel."""
        return HEIGHT_ROLE in self.roles
