# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditional random fields: pixels that are near and alike should have the same label.

`DenseCrf` couples all pixels of an image, `CrfRnn` does so with trained weights, and `LocalCrf`
looks no further than a window, so that it can be tiled. `WithCrf` puts one behind a network.
"""

from __future__ import annotations

from .dense import DenseCrf
from .local import LocalCrf
from .refined import WithCrf, crf_of
from .rnn import CrfRnn
from .settings import PRESETS, CrfSettings, search_grid

__all__ = [
    "PRESETS",
    "CrfRnn",
    "CrfSettings",
    "DenseCrf",
    "LocalCrf",
    "WithCrf",
    "crf_of",
    "search_grid",
]
