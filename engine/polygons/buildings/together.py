# SPDX-License-Identifier: GPL-2.0-or-later
"""Regularized outlines of buildings, which share walls where their pixels touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dividing import divide_group
from .neighborhood import touching_groups
from .regularize import regularize_apart
from .settings import DEFAULT_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .outline import RegularizedOutline
    from .patch import BuildingPatch
    from .settings import OutlineSettings


def fit_buildings(
    patches: Sequence[BuildingPatch], settings: OutlineSettings = DEFAULT_SETTINGS
) -> list[RegularizedOutline]:
    """Return the outlines of buildings before overlaps of separate ones are divided.

    Buildings whose pixels share an edge are fitted as one and divided by straight walls, so both
    sides of a wall have the same corners. Each depends only on the buildings that its pixels touch,
    so a raster may be done in parts.

    Args:
        patches: patches of one raster, whose masks do not overlap, at least one.
        settings: prices, weights and limits of an outline.
    """
    groups = touching_groups(patches)
    in_group = {member for group in groups for member in group.members}
    single = [number for number in range(len(patches)) if number not in in_group]
    alone = regularize_apart(
        [*(patches[number] for number in single), *(group.whole for group in groups)], settings
    )
    outlines = dict(zip(single, alone, strict=False))
    for group, whole in zip(groups, alone[len(single) :], strict=True):
        members = [patches[member] for member in group.members]
        outlines |= zip(group.members, divide_group(group, members, whole, settings), strict=True)
    return [outlines[number] for number in range(len(patches))]
