# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks of Shelhamer, Long and Darrell (FCN, TPAMI 2017)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from . import builders

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "fcn_alexnet": builders.alexnet,
    "fcn_32s": builders.vgg,
    "fcn_16s": partial(builders.vgg, skips=1),
    "fcn_8s_staged": partial(builders.vgg, skips=2),
    "fcn_8s_at_once": partial(builders.vgg, skips=2, at_once=True),
    "fcn_32s_fixed": builders.vgg_fixed,
    "fcn_pool5": partial(builders.vgg_pool, last_pool=5),
    "fcn_pool4": partial(builders.vgg_pool, last_pool=4),
    "fcn_pool3": partial(builders.vgg_pool, last_pool=3),
    "fcn_googlenet": builders.googlenet,
    "fcn_rgbd_early": builders.early_fusion,
    "fcn_hha": builders.heights_alone,
    "fcn_rgb_hha_late": builders.late_fusion,
    "fcn_two_headed": builders.two_headed,
    "fcn_null_background": builders.null_background,
}
