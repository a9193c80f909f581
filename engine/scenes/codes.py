# SPDX-License-Identifier: GPL-2.0-or-later
"""The class codes that scenes are labeled with."""

from __future__ import annotations

from ..protocol import ISPRS

IMPERVIOUS, BUILDING, LOW_VEGETATION, TREE, CAR, CLUTTER = ISPRS.codes
