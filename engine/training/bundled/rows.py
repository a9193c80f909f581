# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows: how each bundled model is made."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...protocol import HEIGHT_ROLE, IMAGE_ROLES, Normalization, labeled_gsd_m
from ..fit import FitSettings

FIRST_SEED = 1_000_000
HELD_OUT = (
    (1, 0.1), (2, 0.1), (3, 0.12), (4, 0.15), (5, 0.2), (6, 0.2),
    (7, 0.25), (8, 0.3), (9, 0.3), (10, 0.4), (11, 0.5), (12, 0.5),
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One training run of a model.

    Args:
        recipe: its numbers.
        seed: of its views, batches and cells.
        first_scene: seed of its first scene; the others count up from there.
        bundled_at: steps after which the weights are bundled, the last among them.

    Raises:
        ValueError: the last step is not among them.
    """

    settings: FitSettings
    seed: int
    first_scene: int
    bundled_at: tuple[int, ...]

    def __post_init__(self) -> None:
        """Refuse a run whose result would be lost."""
        if self.settings.steps not in self.bundled_at:
            raise ValueError(f"Weights must be bundled after the last step, {self.settings.steps}.")


@dataclass(frozen=True)
class BundledModel:
    """How one bundled model is made.

    Args:
        name: its folder.
        title: what people read.
        summary: what it is good for.
        architecture: of the catalog; one whose loss can be sampled.
        options: of the architecture.
        roles: what its input shows.
        seed: of weights, and of views, batches and cells of the first run.
        recipe: numbers of the first training run.
        refinement: numbers of a second, gentler run that goes on with the weights of the first,
            over further scenes; None: there is none.
        gsd_range_m: what it sees, in metres per pixel.
        coarsest_image_m: of its scenes, which are drawn evenly in the logarithm from the finest it
            sees to this.
        enlarged_to_m: pixels that scenes coarser than it sees are enlarged to; 0: the coarsest that
            it sees. Networks score pixels two by two, so smaller ones bring out what is a pixel or
            two wide.
        normalization: how raw values become its input.
        scene_px: edge of a training scene.
        pool_size: scenes in memory.
        first_seed: of the training scenes, which count up from there.
        held_out: (seed, GSD in metres) of the scenes it is scored on; never trained on.
        held_out_px: their edge.
        bundled_at: steps of the first run after which the weights so far are bundled as well.
    """

    name: str
    title: str
    summary: str
    architecture: str
    options: dict[str, str]
    roles: tuple[str, ...]
    seed: int
    settings: FitSettings
    gsd_range_m: tuple[float, float] = (0.1, 0.25)
    coarsest_image_m: float = 0.6
    enlarged_to_m: float = 0.0
    normalization: Normalization = field(
        default_factory=lambda: Normalization(stretch_together=True)
    )
    scene_px: int = 384
    pool_size: int = 64
    first_seed: int = FIRST_SEED
    held_out: tuple[tuple[int, float], ...] = HELD_OUT
    held_out_px: int = 640
    bundled_at: tuple[int, ...] = ()
    refinement: FitSettings | None = None

    def seen_gsd_m(self, gsd_m: float) -> float:
        """Return the pixels, in metres, that it sees of a scene, in training as in labeling."""
        return labeled_gsd_m(gsd_m, self.gsd_range_m, self.enlarged_to_m)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The training runs, one after the other; none sees a scene of another."""
        bundled_at = (*self.bundled_at, self.settings.steps)
        first = Run(self.settings, self.seed, self.first_seed, bundled_at)
        if self.refinement is None:
            return (first,)
        unseen = self.first_seed + self.scene_count(self.settings, self.settings.steps)
        # Any number that no other run has will do as its seed.
        return first, Run(self.refinement, unseen, unseen, (self.refinement.steps,))

    def scene_count(self, settings: FitSettings, steps: int) -> int:
        """Return how many scenes a run takes for so many steps."""
        return self.pool_size + steps // settings.steps_per_view

    @property
    def channels(self) -> int:
        """How many input channels it has."""
        return self.normalization.channels_of(self.roles)

    @property
    def wants_heights(self) -> bool:
        """Say whether it learns from heights."""
        return HEIGHT_ROLE in self.roles


ROWS = (
    BundledModel(
        name="default",
        title="Default (MLP network)",
        summary="For an image and heights.",
        architecture="maggiori_mlp",
        options={},
        roles=(*IMAGE_ROLES, HEIGHT_ROLE),
        seed=20261128,
        enlarged_to_m=1 / 6,
        normalization=Normalization(stretch_together=True, height_knee_m=0.5),
        settings=FitSettings(steps=4400, warm_steps=100, steps_per_view=1, averaging=0.998),
        bundled_at=(2200,),
        refinement=FitSettings(
            steps=3000, warm_steps=50, learning_rate=1e-3, steps_per_view=1, averaging=0.998
        ),
    ),
    BundledModel(
        name="light",
        title="Light (MLP network, half width)",
        summary="For a quick look at an image and heights: half the channels of the default model.",
        architecture="maggiori_mlp",
        options={"width": "1/2"},
        roles=(*IMAGE_ROLES, HEIGHT_ROLE),
        seed=20261129,
        enlarged_to_m=1 / 6,
        normalization=Normalization(stretch_together=True, height_knee_m=0.5),
        settings=FitSettings(steps=3000, warm_steps=100, steps_per_view=2, averaging=0.998),
        bundled_at=(1500,),
    ),
    BundledModel(
        name="image_only",
        title="Image only (MLP network)",
        summary=(
            "For images without any heights, as a sketch: bright or bare ground often comes out as "
            "building, and crowns as lawn."
        ),
        architecture="maggiori_mlp",
        options={},
        roles=IMAGE_ROLES,
        seed=20261130,
        gsd_range_m=(0.1, 0.6),
        scene_px=512,
        pool_size=32,
        settings=FitSettings(steps=1500, warm_steps=100, steps_per_view=3, averaging=0.995),
        bundled_at=(500, 1000),
    ),
)
