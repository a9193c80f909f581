# SPDX-License-Identifier: GPL-2.0-or-later
"""Budget: training settings shared by all networks of the benchmark."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from ...protocol import row_named
from ...training.short_recipe import short_recipe

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from ...protocol import TrainingRecipe

TABLE_TWO = ("maggiori_fcn", "maggiori_unpool_max", "maggiori_skip", "maggiori_mlp")
HEAVY = ("sherrah_dilation", "frrn_a", "ldn121")  # hours instead of minutes of training


def _number(default: float, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True)
class Budget:
    """Training settings of each network; the fields are described by their help texts."""

    steps: int = _number(250, "number of optimizer steps")
    patches: int = _number(8, "number of patches per step")
    patch_px: int = _number(192, "size of a patch in pixels")
    learning_rate: float = _number(3e-3, "maximum learning rate")
    training_scenes: int = _number(24, "number of generated training scenes")
    unseen_scenes: int = _number(6, "number of generated test scenes")
    scene_px: int = _number(512, "size of a scene in pixels")
    gsd_m: float = _number(0.09, "ground sampling distance in meters; 0.09 in Vaihingen")
    seed: int = _number(20260701, "random seed of weights, views and patches")
    threads: int = _number(2, "number of CPU threads")

    @property
    def recipe(self) -> TrainingRecipe:
        """Training recipe, the same for each network."""
        return short_recipe(self.steps, self.patches, self.patch_px, self.learning_rate)

    def problems(self, networks: Iterable[str]) -> tuple[str, ...]:
        """Return sentences why networks cannot be trained with this budget; empty if they can."""
        found = [
            f"{name} is {getattr(self, name)}, but must be positive."
            for name in (each.name for each in fields(self) if each.name != "seed")
            if getattr(self, name) <= 0
        ]
        if self.patch_px > self.scene_px:
            found.append(f"A patch of {self.patch_px} px is larger than a scene.")
        strides = {name: row_named(name).stride_px for name in networks}
        found += [
            f"patch_px is {self.patch_px}, but {name} needs a multiple of {stride_px}."
            for name, stride_px in strides.items()
            if self.patch_px % stride_px
        ]
        return tuple(found)


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add one flag per field of a budget to a parser."""
    for each in fields(Budget):
        parser.add_argument(
            "--" + each.name.replace("_", "-"),
            type=type(each.default),
            default=each.default,
            help=f"{each.metadata['help']} (%(default)s)",
        )


def from_flags(given: argparse.Namespace) -> Budget:
    """Return the budget given on the command line."""
    return Budget(**{each.name: getattr(given, each.name) for each in fields(Budget)})
