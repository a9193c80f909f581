# SPDX-License-Identifier: GPL-2.0-or-later
"""Definitions of the bundled models."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...protocol import HEIGHT_ROLE, IMAGE_ROLES, Normalization, labeled_gsd_m
from .settings import RunSettings

FIRST_SEED = 1_000_000
HIGHEST_CAR_M = 3.5  # trucks included
# A network can start with the layers of another one only if their input is the same.
WITH_HEIGHTS = Normalization(
    stretch_together=True, balance_nir=True, height_knee_m=0.5, greenness=True
)
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
        scene_px: edge of a training scene in pixels of the input.
        pool_size: number of scenes in memory.
        first_seed: seed of the first training scene; the following scenes have the next numbers.
        held_out: (seed, GSD in meters) of the held-out scenes.
        held_out_px: edge of a held-out scene in pixels of the input.
        bundled_at: steps of the first run after which intermediate weights are bundled as well.
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
    scene_px: int = 384
    pool_size: int = 64
    first_seed: int = FIRST_SEED
    held_out: tuple[tuple[int, float], ...] = HELD_OUT
    held_out_px: int = 640
    bundled_at: tuple[int, ...] = ()
    refinements: tuple[RunSettings, ...] = ()

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


ROWS = (
    BundledModel(
        name="default",
        title="Image and heights, best",
        summary="For an image and heights.",
        architecture="maggiori_mlp",
        options={},
        roles=(*IMAGE_ROLES, HEIGHT_ROLE),
        seed=20261128,
        enlarged_to_m=1 / 6,
        normalization=WITH_HEIGHTS,
        ceilings_m={"car": HIGHEST_CAR_M},
        scene_px=512,
        settings=RunSettings(steps=4400, warm_steps=100, steps_per_view=1, averaging=0.998),
        bundled_at=(2200,),
        refinements=(
            RunSettings(
                steps=3000, warm_steps=50, learning_rate=1e-3, steps_per_view=1, averaging=0.998
            ),
            RunSettings(
                steps=3000,
                patch_px=192,
                warm_steps=100,
                learning_rate=2e-3,
                steps_per_view=2,
                averaging=0.998,
                stopped_after=1000,
                half_precise=True,
            ),
            RunSettings(
                steps=1200,
                patch_px=192,
                warm_steps=20,
                learning_rate=1.2e-3,
                steps_per_view=2,
                averaging=0.995,
                half_precise=True,
            ),
            RunSettings(
                steps=500,
                patch_px=192,
                warm_steps=20,
                learning_rate=8e-4,
                steps_per_view=1,
                averaging=0.99,
                half_precise=True,
            ),
            RunSettings(
                steps=6500,
                patch_px=192,
                warm_steps=100,
                learning_rate=2e-3,
                steps_per_view=2,
                averaging=0.998,
                half_precise=True,
            ),
            RunSettings(
                steps=4800,
                patch_px=192,
                warm_steps=100,
                learning_rate=1.5e-3,
                steps_per_view=2,
                averaging=0.998,
                half_precise=True,
            ),
            RunSettings(
                steps=700,
                patch_px=192,
                warm_steps=20,
                learning_rate=1.5e-3,
                steps_per_view=2,
                averaging=0.99,
            ),
            RunSettings(
                steps=4600,
                patch_px=192,
                cells=512,
                warm_steps=100,
                learning_rate=1.5e-3,
                steps_per_view=2,
                averaging=0.998,
            ),
            RunSettings(
                steps=8000,
                patch_px=192,
                warm_steps=100,
                learning_rate=2e-3,
                steps_per_view=2,
                averaging=0.998,
                half_precise=True,
                given_back=0.5,
            ),
            RunSettings(
                steps=8000,
                patch_px=192,
                warm_steps=100,
                learning_rate=2e-3,
                steps_per_view=2,
                averaging=0.998,
                stopped_after=6000,
                half_precise=True,
                layers_from="light",
            ),
            RunSettings(
                steps=3500,
                patch_px=192,
                warm_steps=100,
                learning_rate=1.5e-3,
                steps_per_view=2,
                averaging=0.998,
                half_precise=True,
                given_back=0.5,
            ),
        ),
    ),
    BundledModel(
        name="light",
        title="Image and heights, fast",
        summary=(
            "For a quick look at an image and heights, in a third of the time of the best model."
        ),
        architecture="maggiori_skip",
        options={},
        roles=(*IMAGE_ROLES, HEIGHT_ROLE),
        seed=20261201,
        enlarged_to_m=1 / 6,
        normalization=WITH_HEIGHTS,
        ceilings_m={"car": HIGHEST_CAR_M},
        scene_px=512,
        first_seed=4_000_000,
        settings=RunSettings(
            steps=9000,
            patch_px=192,
            cells=0,
            warm_steps=100,
            learning_rate=2e-3,
            steps_per_view=2,
            averaging=0.998,
            half_precise=True,
            layers_from="default",
        ),
        bundled_at=(1000, 4500),
        refinements=(
            RunSettings(
                steps=2500,
                patch_px=192,
                cells=0,
                warm_steps=60,
                learning_rate=1.5e-3,
                steps_per_view=2,
                averaging=0.998,
                half_precise=True,
                layers_from="default",
            ),
        ),
    ),
    BundledModel(
        name="image_only",
        title="Image only, a sketch",
        summary=(
            "For images without any heights, as a sketch: large pale roofs come out as sealed "
            "ground, bright yards as building, and some crowns as lawn."
        ),
        architecture="maggiori_mlp",
        options={},
        roles=IMAGE_ROLES,
        seed=20261130,
        gsd_range_m=(0.2, 0.6),
        finest_image_m=0.2,
        normalization=Normalization(stretch_together=True, balance_nir=True, greenness=True),
        scene_px=512,
        pool_size=32,
        settings=RunSettings(steps=1500, warm_steps=100, steps_per_view=3, averaging=0.995),
        bundled_at=(500, 1000),
        refinements=(
            RunSettings(
                steps=3000,
                patch_px=192,
                warm_steps=100,
                learning_rate=2e-3,
                steps_per_view=2,
                averaging=0.998,
                stopped_after=2000,
                half_precise=True,
            ),
        ),
    ),
)
