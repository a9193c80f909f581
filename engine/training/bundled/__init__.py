# SPDX-License-Identifier: GPL-2.0-or-later
"""The bundled models: `python -m engine.training.bundled --name default` makes one again.

Everything is drawn from fixed seeds. With the same generator of scenes, thread count and library
versions, all of which the card records, the same weights come out.
"""

from __future__ import annotations

from .making import MODELS, make_bundled
from .rows import ROWS, BundledModel

__all__ = ["MODELS", "ROWS", "BundledModel", "make_bundled"]
