# SPDX-License-Identifier: GPL-2.0-or-later
"""Limits of weight files; larger ones are rejected."""

from __future__ import annotations

LARGEST_FILE_BYTES = 2 << 30  # maximum of protocol buffers; VGG-16, the largest, has 0.6 GB
