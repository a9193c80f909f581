# SPDX-License-Identifier: GPL-2.0-or-later
"""Ladder networks of Kreso et al. and their baselines, with DenseNet and ResNet trunks.

Splitting or dilating a block changes no weights, so all networks of a depth share one table. The
authors released no weights in a supported format. The trunks here use torchvision's names.

    K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition, CVPR 2016;
    torchvision.models.resnet50.
"""

from __future__ import annotations

from ....architectures.backbones.resnet import LAYERS
from ..table import IMAGENET, Spelling, Target
from .densenet import target_of_depth

BOTTLENECK = ("conv1", "bn1", "conv2", "bn2", "conv3", "bn3")
PROJECTION = ("downsample.0", "downsample.1")  # in the first block of a layer

RESNET_PARTS = (
    "conv1",
    "bn1",
    *(
        f"layer{layer}.{block}.{part}"
        for layer, blocks in enumerate(LAYERS["50"], start=1)
        for block in range(blocks)
        for part in (*BOTTLENECK, *(() if block else PROJECTION))
    ),
)
RESNET_SPELLING = Spelling(
    title="ResNet-50 of torchvision",
    names={part: part for part in RESNET_PARTS},
    inputs=IMAGENET,
    surplus=("fc.",),
)
RESNET_50 = Target(tuple((part, f"trunk.{part}") for part in RESNET_PARTS), (RESNET_SPELLING,))

DENSENET_121, DENSENET_169 = target_of_depth("121"), target_of_depth("169")

TARGETS = {
    "ldn121": DENSENET_121,
    "ldn169": DENSENET_169,
    "ldn169_split34": DENSENET_169,
    "ldn169_spp": DENSENET_169,
    "ldn121_single_loss": DENSENET_121,
    "ladder_resnet50": RESNET_50,
    "dilated8_densenet121": DENSENET_121,
    "dilated8_resnet50": RESNET_50,
    "densenet121_32x": DENSENET_121,
    "resnet50_32x": RESNET_50,
}
