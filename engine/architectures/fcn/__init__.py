# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks of Shelhamer, Long and Darrell (FCN, TPAMI 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

BUILDERS: dict[str, Callable[..., nn.Module]] = {}
