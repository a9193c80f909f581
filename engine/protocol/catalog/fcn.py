# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Shelhamer, Long and Darrell."""

from __future__ import annotations

from typing import Tuple

from .row import ArchitectureRow

PAPER = "Shelhamer et al., Fully Convolutional Networks for Semantic Segmentation, TPAMI 2017"

ROWS: Tuple[ArchitectureRow, ...] = ()
