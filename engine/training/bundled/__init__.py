# SPDX-License-Identifier: GPL-2.0-or-later
"""Bundled models: `python -m engine.training.bundled --name default` trains one again.

All random numbers come from fixed seeds. With the same code, number of threads and versions of the
libraries, the resulting weights are the same.
"""

from __future__ import annotations

from .model import BundledModel
from .rows import ROWS, VARIANTS
from .train_bundled import MODELS, make_bundled, make_variant

__all__ = ["MODELS", "ROWS", "VARIANTS", "BundledModel", "make_bundled", "make_variant"]
