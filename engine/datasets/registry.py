# SPDX-License-Identifier: GPL-2.0-or-later
"""Which data sets there are, and the scenes of a split of one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol import InputError
from .folder import folder_layout
from .isprs import POTSDAM, VAIHINGEN

if TYPE_CHECKING:
    from .layout import LabeledScene, Layout

LAYOUTS: dict[str, Layout] = {"vaihingen": VAIHINGEN, "potsdam": POTSDAM}


def layout_of(dataset: str, root: str, label_values: tuple[str, ...] = ()) -> Layout:
    """Return how the files of a data set are named.

    Args:
        dataset: `vaihingen`, `potsdam` or `folder`.
        root: folder of the set.
        label_values: what the values of the labels of a folder mean; see `Truth`.

    Raises:
        InputError: there is no such folder, or nothing is in it.
    """
    if not Path(root).is_dir():
        raise InputError(f"The root folder {root} does not exist: check its path.")
    layout = LAYOUTS[dataset] if dataset in LAYOUTS else folder_layout(Path(root))
    return replace(layout, label_values=label_values)


def scenes_of(
    dataset: str,
    root: str,
    split: str,
    heights: str = "auto",
    label_values: tuple[str, ...] = (),
) -> tuple[LabeledScene, ...]:
    """Return the scenes of a split; every file of every one is there.

    Args:
        dataset: `vaihingen`, `potsdam` or `folder`.
        root: folder of the set.
        split: `training`, `validation`, `all` or `test`.
        heights: which heights to take, one of `HEIGHT_KINDS`; `auto`: DSM and DTM where there are.
        label_values: what the values of the labels of a folder mean; see `Truth`.

    Raises:
        InputError: a file is missing, or the split is not known.
    """
    layout = layout_of(dataset, root, label_values)
    names = layout.splits.get(split, ())
    if not names:
        raise InputError(
            f"Nothing says which scenes of {root} are the split '{split}': write their names into "
            f"{Path(root) / split}.txt, one on a line, or choose the split 'all'."
        )
    return tuple(layout.scene(Path(root), name, heights) for name in names)
