# SPDX-License-Identifier: GPL-2.0-or-later
"""Augmentation of training patches."""

from __future__ import annotations

from .light import change_gamma, change_hue, change_saturation, gamma_of
from .moves import rotate, shift
from .patch import augment
from .turns import WAYS, draw_way, turn

__all__ = [
    "WAYS",
    "augment",
    "change_gamma",
    "change_hue",
    "change_saturation",
    "draw_way",
    "gamma_of",
    "rotate",
    "shift",
    "turn",
]
