# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Kreso et al., and of the methods they compare with."""

from __future__ import annotations

from typing import Tuple

from .row import ArchitectureRow

PAPER = "Kreso et al., Ladder-Style DenseNets for Semantic Segmentation, ICCVW 2017"

ROWS: Tuple[ArchitectureRow, ...] = ()
