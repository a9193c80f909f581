# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Yu and Koltun, and of the methods they compare with."""

from __future__ import annotations

from typing import Tuple

from .row import ArchitectureRow

PAPER = "Yu & Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016"

ROWS: Tuple[ArchitectureRow, ...] = ()
