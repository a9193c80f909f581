# SPDX-License-Identifier: GPL-2.0-or-later
"""Views: network inputs of generated scenes, cached as `.npz` files.

File names encode all parameters. The first file of each kind is generated again in every run: if it
differs, the scene generator has changed, and all files are deleted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...protocol import ISPRS, Normalization
from ...synthetic import make_scene
from ...synthetic.layouts import TOWN  # similar to Vaihingen, which the table refers to
from ...training.views import InputSpec, View, clean_view, training_view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .budget import Budget

    MakeView = Callable[[Budget, int], View]

SPEC = InputSpec(ISPRS, Normalization())
FIRST_TRAINING_SEED = 3_000_000
FIRST_UNSEEN_SEED = 4_000_000


@dataclass(frozen=True)
class Views:
    """Views for training and scoring.

    Args:
        training: training views with simulated flaws of real inputs.
        unseen: test views of other scenes, without flaws and with the true ground.
    """

    training: tuple[View, ...]
    unseen: tuple[View, ...]

    @property
    def digest(self) -> str:
        """Hash of all pixels, 16 hexadecimal digits."""
        summed = hashlib.sha256()
        for view in (*self.training, *self.unseen):
            for array in view:
                summed.update(np.ascontiguousarray(array).tobytes())
        return summed.hexdigest()[:16]


def find_or_make_views(folder: Path, budget: Budget) -> Views:
    """Return the views of a budget, cached in files.

    Args:
        folder: folder of the files, created if missing.
        budget: number, size and GSD of the scenes.
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
    return training_view(np.random.default_rng((budget.seed, seed)), scene, SPEC)


def _unseen(budget: Budget, seed: int) -> View:
    scene = make_scene(seed, budget.scene_px, budget.gsd_m, layout=TOWN)
    return clean_view(scene, SPEC, estimate_ground=False)


def _is_current(folder: Path, budget: Budget, make: MakeView, seed: int) -> bool:
    """Return whether a view is not cached or its cached file is up to date."""
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
