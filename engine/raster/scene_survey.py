# SPDX-License-Identifier: GPL-2.0-or-later
"""Survey of a scene: the whole of it, whatever part of it a job labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tiling.window import Window
    from .grid import RasterGrid
    from .reader import Chip


class SceneSurvey(NamedTuple):
    """The whole scene for statistics: chips without heights, valid where given heights are known.

    The ground is estimated only around the part to label, but this is readable everywhere, so
    statistics measured on it do not depend on that part.

    Args:
        grid: grid of the image.
        read: function that returns the chip of a window.
        has_mixed_types: whether the bands differ in data type, so that their values cannot be
            compared.
    """

    grid: RasterGrid
    read: Callable[[Window], Chip]
    has_mixed_types: bool = False
