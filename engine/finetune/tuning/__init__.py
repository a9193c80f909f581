# SPDX-License-Identifier: GPL-2.0-or-later
"""Training of a model on drawn polygons."""

from __future__ import annotations

from .blending import blended
from .new_classes import LEAST_POLYGONS, parents_of, with_new_classes
from .protection import disputed_classes
from .replay import replayed_scenes
from .scene import TuningScene
from .scores import codes_in, scores_at
from .trainable import check_trainable
from .tuning import Tuning

__all__ = [
    "LEAST_POLYGONS",
    "Tuning",
    "TuningScene",
    "blended",
    "check_trainable",
    "codes_in",
    "disputed_classes",
    "parents_of",
    "replayed_scenes",
    "scores_at",
    "with_new_classes",
]
