# SPDX-License-Identifier: GPL-2.0-or-later
"""Registry of the data sets, and the scenes of their splits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol import InputError
from .folder import folder_layout
from .isprs import POTSDAM, VAIHINGEN

if TYPE_CHECKING:
    from .layout import DatasetLayout, LabeledScene

LAYOUTS: dict[str, DatasetLayout] = {"vaihingen": VAIHINGEN, "potsdam": POTSDAM}


def layout_of(dataset: str, root: str, label_values: tuple[str, ...] = ()) -> DatasetLayout:
    """Return the layout of a data set.

    Args:
        dataset: `vaihingen`, `potsdam` or `folder`.
        root: folder of the set.
        label_values: classes of label values that do not follow the legend; see `Truth`.

    Raises:
        InputError: if the folder does not exist, or has no scene.
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
    """Return the scenes of a split; all of their files exist.

    Args:
        dataset: `vaihingen`, `potsdam` or `folder`.
        root: folder of the set.
        split: `training`, `validation`, `all` or `test`.
        heights: kind of heights to use, one of `HEIGHT_KINDS`; `auto`: DSM and DTM if available.
        label_values: classes of label values that do not follow the legend; see `Truth`.

    Raises:
        InputError: if a file is missing, or the split is not defined.
    """
    layout = layout_of(dataset, root, label_values)
    names = layout.splits.get(split, ())
    if not names:
        raise InputError(
            f"The scenes of the split '{split}' of {root} are not listed: write their names into "
            f"{Path(root) / split}.txt, one per line, or choose the split 'all'."
        )
    return tuple(layout.scene(Path(root), name, heights) for name in names)
