# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Pohlen et al., and of the method they compare with."""

from __future__ import annotations

from typing import Tuple

from .row import ArchitectureRow

PAPER = "Pohlen et al., Full-Resolution Residual Networks for Semantic Segmentation, CVPR 2017"

ROWS: Tuple[ArchitectureRow, ...] = ()
