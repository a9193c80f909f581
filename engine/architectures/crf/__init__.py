# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditional random fields, which favor equal labels for pixels close in position and color.

`DenseCrf` connects all pixels of an image, `CrfRnn` does so with trained weights, and `LocalCrf`
connects only the pixels within a window, so that it can be tiled. `WithCrf` adds one to a network.
"""

from __future__ import annotations

from .dense import DenseCrf
from .local import LocalCrf
from .rnn import CrfRnn
from .settings import PRESETS, CrfSettings, search_grid
from .with_crf import WithCrf, crf_of

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
