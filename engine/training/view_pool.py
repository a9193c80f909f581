# SPDX-License-Identifier: GPL-2.0-or-later
"""Views of generated scenes in memory, as sources of patches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .patch_sampler import PatchSampler
from .patches import Patch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..tiling.window import Window
    from .views import View


class ViewPatches:
    """Source of the patches of a view.

    Args:
        view: view with labeled pixels.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self.classes = view.classes
        self.sampler = PatchSampler(view.classes)

    def cut(self, window: Window) -> Patch:
        """Return the patch in a window of the view."""
        channels = self._view.channels[(slice(None), *window.slices)].astype(np.float32)
        return Patch(channels, self.classes[window.slices])


class ViewPool:
    """Fixed number of consecutive views, of which the first is replaced by the next one.

    Args:
        view_at: function that returns a view by its number, from 0.
        size: number of views.
        steps_per_view: number of steps after which the oldest view is replaced.
    """

    def __init__(self, view_at: Callable[[int], View], size: int, steps_per_view: int) -> None:
        self._view_at, self._size, self._steps_per_view = view_at, size, steps_per_view
        self._views: dict[int, ViewPatches] = {}

    def at(self, step: int) -> Sequence[ViewPatches]:
        """Return the views at a step, from 0; any step may be the first."""
        first = step // self._steps_per_view
        numbers = range(first, first + self._size)
        self._views = {
            number: self._views.get(number) or ViewPatches(self._view_at(number))
            for number in numbers
        }
        return tuple(self._views.values())
