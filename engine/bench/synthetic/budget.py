# SPDX-License-Identifier: GPL-2.0-or-later
"""The budget: all numbers that every network of the benchmark shares."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from ...protocol import row_named
from ...training.fit import Recipe

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

TABLE_TWO = ("maggiori_fcn", "maggiori_unpool_max", "maggiori_skip", "maggiori_mlp")
HEAVY = ("sherrah_dilation", "frrn_a", "ldn121")  # minutes of one are hours of the other


def _number(default: float, says: str) -> Any:
    return field(default=default, metadata={"help": says})


@dataclass(frozen=True)
class Budget:
    """What each network gets; the help of each field says what it is."""

    steps: int = _number(250, "of the optimizer")
    patches: int = _number(8, "in each step")
    patch_px: int = _number(192, "edge of a patch")
    learning_rate: float = _number(3e-3, "the highest")
    training_scenes: int = _number(24, "generated scenes to learn from")
    unseen_scenes: int = _number(6, "other generated scenes to be scored on")
    scene_px: int = _number(512, "edge of a scene")
    gsd_m: float = _number(0.09, "ground sampling distance in meters; 0.09 is Vaihingen's")
    seed: int = _number(20260701, "of weights, views and patches")
    threads: int = _number(2, "processor threads")

    @property
    def recipe(self) -> Recipe:
        """The numbers of each training."""
        return Recipe.short(self.steps, self.patches, self.patch_px, self.learning_rate)

    def problems(self, networks: Iterable[str]) -> tuple[str, ...]:
        """Return in sentences why these networks cannot be trained by this budget."""
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
    """Give a parser one flag for each field of a budget."""
    for each in fields(Budget):
        parser.add_argument(
            "--" + each.name.replace("_", "-"),
            type=type(each.default),
            default=each.default,
            help=f"{each.metadata['help']} (%(default)s)",
        )


def from_flags(given: argparse.Namespace) -> Budget:
    """Return the budget that a command line gives."""
    return Budget(**{each.name: getattr(given, each.name) for each in fields(Budget)})
