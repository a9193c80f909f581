# SPDX-License-Identifier: GPL-2.0-or-later
"""Limits: what a file of weights may ask for before it is refused."""

from __future__ import annotations

LARGEST_FILE_BYTES = 2 << 30  # no protocol buffer can be larger; VGG-16, the largest, has 0.6 GB
