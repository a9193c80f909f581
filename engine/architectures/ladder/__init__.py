# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks of Kreso et al. (Ladder DenseNet, 2017) and their baselines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .builders import densenet_ladder, densenet_pyramid_ladder, resnet_ladder

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

DILATED_8X = (1, 1, 2, 4)  # dilation instead of stride in the last two blocks: stride 8

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    "ldn121": partial(densenet_ladder, depth="121", splits=(4,)),
    "ldn169": partial(densenet_ladder, depth="169", splits=(4,)),
    "ldn169_split34": partial(densenet_ladder, depth="169", splits=(3, 4)),
    "ldn169_spp": partial(densenet_pyramid_ladder, depth="169", splits=(4,)),
    "ldn121_single_loss": partial(densenet_ladder, depth="121", splits=(4,), auxiliary=False),
    "ladder_resnet50": resnet_ladder,
    "dilated8_densenet121": partial(densenet_ladder, depth="121", dilations=DILATED_8X),
    "dilated8_resnet50": partial(resnet_ladder, dilations=DILATED_8X),
    "densenet121_32x": partial(densenet_ladder, depth="121", climbs=False, auxiliary=False),
    "resnet50_32x": partial(resnet_ladder, climbs=False, auxiliary=False),
}
