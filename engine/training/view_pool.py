# SPDX-License-Identifier: GPL-2.0-or-later
"""Views of generated scenes in memory, as sources of patches."""

from __future__ import annotations

from collections import deque
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
    """Fixed number of views, of which the oldest is replaced by each new one.

    Args:
        draw_view: function that returns a new view.
        size: number of views.
        steps_per_view: number of steps after which the oldest view is replaced.
    """

    def __init__(self, draw_view: Callable[[], View], size: int, steps_per_view: int) -> None:
        self._draw_view, self._steps_per_view = draw_view, steps_per_view
        self._views = deque((ViewPatches(draw_view()) for _ in range(size)), maxlen=size)
        self._renewed = 0

    def at(self, step: int) -> Sequence[ViewPatches]:
        """Return the views at a step, from 0; steps must not decrease from call to call."""
        for _ in range(self._renewed, step // self._steps_per_view):
            self._views.append(ViewPatches(self._draw_view()))
            self._renewed += 1
        return tuple(self._views)
