# SPDX-License-Identifier: GPL-2.0-or-later
"""Images without heights: `NAME.tif`, and points of trees in `NAME.csv`, as pixels x and y."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from ...protocol import ISPRS, LabelJob
from .labeled import labeled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TREE = ISPRS.named("tree").code


class TreePoints(NamedTuple):
    """Number of tree points labeled as tree.

    Args:
        hits: number of points labeled as tree.
        points: number of all points.
        tree_share: share of the area labeled as tree, the hit rate expected by chance.
    """

    hits: int
    points: int
    tree_share: float


def score_tree_points(folder: Path, model: str) -> Iterator[tuple[str, TreePoints]]:
    """Yield the name of each image with bands R, G, B, NIR, and its tree points found."""
    for table in sorted(folder.rglob("*.csv")):
        image = table.with_suffix(".tif")
        if not image.exists():
            continue
        job = LabelJob(
            image=str(image), output="", model=model, nir_band=4, red_band=1, green_band=2
        )
        is_tree = labeled(job) == TREE
        with table.open(encoding="utf-8") as lines:
            places = [(int(float(row["y"])), int(float(row["x"]))) for row in csv.DictReader(lines)]
        hits = sum(bool(is_tree[place]) for place in places)
        yield image.stem, TreePoints(hits, len(places), float(is_tree.mean()))
