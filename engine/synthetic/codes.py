# SPDX-License-Identifier: GPL-2.0-or-later
"""Class codes of the labels of synthetic scenes."""

from __future__ import annotations

from ..protocol import ISPRS

IMPERVIOUS, BUILDING, LOW_VEGETATION, TREE, CAR, CLUTTER = ISPRS.codes
