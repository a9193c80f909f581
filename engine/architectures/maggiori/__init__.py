# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks of Maggiori et al. (TGRS 2017), and of the methods they compare with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .fcn import MaggioriFcn
from .mlp import MaggioriMlp
from .skip import MaggioriSkip
from .unpool import MaggioriUnpool

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "maggiori_fcn": MaggioriFcn,
    "maggiori_unpool_max": partial(MaggioriUnpool, kind="max"),
    "maggiori_unpool_avg": partial(MaggioriUnpool, kind="average"),
    "maggiori_skip": MaggioriSkip,
    "maggiori_mlp": MaggioriMlp,
}
