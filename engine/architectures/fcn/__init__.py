# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks of Shelhamer, Long and Darrell (FCN, TPAMI 2017)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from . import assembly

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "fcn_alexnet": assembly.alexnet,
    "fcn_32s": assembly.vgg,
    "fcn_16s": partial(assembly.vgg, skips=1),
    "fcn_8s_staged": partial(assembly.vgg, skips=2),
    "fcn_8s_at_once": partial(assembly.vgg, skips=2, at_once=True),
    "fcn_32s_fixed": assembly.vgg_fixed,
    "fcn_pool5": partial(assembly.vgg_pool, last_pool=5),
    "fcn_pool4": partial(assembly.vgg_pool, last_pool=4),
    "fcn_pool3": partial(assembly.vgg_pool, last_pool=3),
    "fcn_googlenet": assembly.googlenet,
    "fcn_rgbd_early": assembly.early_fusion,
    "fcn_hha": assembly.heights_alone,
    "fcn_rgb_hha_late": assembly.late_fusion,
    "fcn_two_headed": assembly.two_headed,
    "fcn_null_background": assembly.null_background,
}
