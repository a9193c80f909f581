# SPDX-License-Identifier: GPL-2.0-or-later
"""The views: generated scenes as networks get them, made once and kept as `.npz` files.

The name of a file says all it was made from. The first file of each kind is made anew at every
start: if it differs, the scene generator has changed, and all files are thrown away.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...protocol import ISPRS, Normalization
from ...scenes import make_scene
from ...scenes.layouts import TOWN  # as Vaihingen is, which the table stands beside
from ...training.views import Sight, View, clean_view, training_view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .budget import Budget

    MakeView = Callable[[Budget, int], View]

SIGHT = Sight(ISPRS, Normalization())
FIRST_TRAINING_SEED = 3_000_000
FIRST_UNSEEN_SEED = 4_000_000


@dataclass(frozen=True)
class Views:
    """What is learned from and what is scored on.

    Args:
        training: with the flaws of real inputs.
        unseen: of other scenes, as they are, with the true ground.
    """

    training: tuple[View, ...]
    unseen: tuple[View, ...]

    @property
    def digest(self) -> str:
        """Return 16 hexadecimal digits that stand for every pixel."""
        summed = hashlib.sha256()
        for view in (*self.training, *self.unseen):
            for array in view:
                summed.update(np.ascontiguousarray(array).tobytes())
        return summed.hexdigest()[:16]


def find_or_make_views(folder: Path, budget: Budget) -> Views:
    """Return the views of a budget, from files or made and written to files.

    Args:
        folder: of the files; is made.
        budget: says how many, how large, at what GSD.
    """
    folder.mkdir(parents=True, exist_ok=True)
    training = [(_training, FIRST_TRAINING_SEED + n) for n in range(budget.training_scenes)]
    unseen = [(_unseen, FIRST_UNSEEN_SEED + n) for n in range(budget.unseen_scenes)]
    if not all(_is_current(folder, budget, *group[0]) for group in (training, unseen)):
        for path in folder.glob("*.npz"):
            path.unlink()
    return Views(
        tuple(_find_or_make(folder, budget, make, seed) for make, seed in training),
        tuple(_find_or_make(folder, budget, make, seed) for make, seed in unseen),
    )


def _training(budget: Budget, seed: int) -> View:
    scene = make_scene(seed, budget.scene_px, budget.gsd_m, layout=TOWN)
    return training_view(np.random.default_rng((budget.seed, seed)), scene, SIGHT)


def _unseen(budget: Budget, seed: int) -> View:
    scene = make_scene(seed, budget.scene_px, budget.gsd_m, layout=TOWN)
    return clean_view(scene, SIGHT, estimate_ground=False)


def _is_current(folder: Path, budget: Budget, make: MakeView, seed: int) -> bool:
    """Say whether a view is not there yet, or still comes out as its file has it."""
    kept = _read(_path(folder, budget, make, seed))
    return kept is None or all(map(np.array_equal, kept, make(budget, seed)))


def _find_or_make(folder: Path, budget: Budget, make: MakeView, seed: int) -> View:
    path = _path(folder, budget, make, seed)
    kept = _read(path)
    if kept is not None:
        return kept
    view = make(budget, seed)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, **view._asdict())
    part.replace(path)
    return view


def _path(folder: Path, budget: Budget, make: MakeView, seed: int) -> Path:
    kind = f"training-{budget.seed}" if make is _training else "unseen"
    return folder / f"{kind}-{seed}-{budget.scene_px}px-{budget.gsd_m:g}m.npz"


def _read(path: Path) -> View | None:
    if not path.is_file():
        return None
    with np.load(path) as arrays:
        return View(**{name: arrays[name] for name in View._fields})
