# SPDX-License-Identifier: GPL-2.0-or-later
"""Ladder networks of Kreso et al. and their baselines, with DenseNet and ResNet trunks.

Splitting or dilating a block changes no weights, so all networks of a depth share one table. The
authors released no weights in a supported format.
"""

from __future__ import annotations

from . import resnet50
from .densenet import target_of_depth

DENSENET_121, DENSENET_169 = target_of_depth("121"), target_of_depth("169")

TARGETS = {
    "ldn121": DENSENET_121,
    "ldn169": DENSENET_169,
    "ldn169_split34": DENSENET_169,
    "ldn169_spp": DENSENET_169,
    "ldn121_single_loss": DENSENET_121,
    "ladder_resnet50": resnet50.TARGET,
    "dilated8_densenet121": DENSENET_121,
    "dilated8_resnet50": resnet50.TARGET,
    "densenet121_32x": DENSENET_121,
    "resnet50_32x": resnet50.TARGET,
}
