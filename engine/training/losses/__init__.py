# SPDX-License-Identifier: GPL-2.0-or-later
"""Loss functions over labeled pixels."""

from __future__ import annotations

from .bootstrapped import bootstrapped_losses
from .cross_entropy import balanced_entropy, cross_entropy, known_pixels, summed_cross_entropy
from .kept_pixels import keep_pixels
from .objective import Objective, objective_of
from .of_heads import Truths, divisors_of, heads_loss
from .sampled_cells import CELL_PX, classes_at, draw_cells, heads_at, scores_cells
from .sigmoid import sigmoid_loss

__all__ = [
    "CELL_PX",
    "Objective",
    "Truths",
    "balanced_entropy",
    "bootstrapped_losses",
    "classes_at",
    "cross_entropy",
    "divisors_of",
    "draw_cells",
    "heads_at",
    "heads_loss",
    "keep_pixels",
    "known_pixels",
    "objective_of",
    "scores_cells",
    "sigmoid_loss",
    "summed_cross_entropy",
]
