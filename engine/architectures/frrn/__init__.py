# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks of Pohlen et al. (FRRN, CVPR 2017)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .baseline import ResnetBaseline
from .network import FRRN_A, FRRN_B, Frrn

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "frrn_a": partial(Frrn, plan=FRRN_A),
    "frrn_b": partial(Frrn, plan=FRRN_B),
    "frrn_resnet_baseline": ResnetBaseline,
}
