# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks of Yu and Koltun (ICLR 2016) and DeepLab, with which they compare."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .builders import front_end, with_context, with_crf, with_crf_rnn
from .deeplab import DeepLab

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

context_basic = partial(with_context, large=False)
context_large = partial(with_context, large=True)

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "yk_frontend": front_end,
    "yk_context_basic": context_basic,
    "yk_context_large": context_large,
    "yk_frontend_crf": partial(with_crf, build=front_end),
    "yk_context_basic_crf": partial(with_crf, build=context_basic),
    "yk_context_large_crf": partial(with_crf, build=context_large),
    "yk_frontend_crfrnn": partial(with_crf_rnn, build=front_end),
    "yk_context_basic_crfrnn": partial(with_crf_rnn, build=context_basic),
    "yk_context_large_crfrnn": partial(with_crf_rnn, build=context_large),
    "deeplab_largefov": DeepLab,
    "deeplab_msc": partial(DeepLab, multi_scale=True),
}
