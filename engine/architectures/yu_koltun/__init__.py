# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks of Yu and Koltun (ICLR 2016), and DeepLab, with which they compare."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .assembly import front_end, with_context
from .deeplab import DeepLab

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "yk_frontend": front_end,
    "yk_context_basic": partial(with_context, large=False),
    "yk_context_large": partial(with_context, large=True),
    "deeplab_largefov": DeepLab,
    "deeplab_msc": partial(DeepLab, multi_scale=True),
}
