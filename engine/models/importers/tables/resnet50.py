# SPDX-License-Identifier: GPL-2.0-or-later
"""ResNet-50 of torchvision; the trunk here uses the same names.

K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition, CVPR 2016;
torchvision.models.resnet50.
"""

from __future__ import annotations

from ....architectures.backbones.resnet import LAYERS
from ..table import IMAGENET, Spelling, Target

BLOCK = ("conv1", "bn1", "conv2", "bn2", "conv3", "bn3")
PROJECTION = ("downsample.0", "downsample.1")  # in the first block of a layer

PARTS = (
    "conv1",
    "bn1",
    *(
        f"layer{layer}.{block}.{part}"
        for layer, blocks in enumerate(LAYERS["50"], start=1)
        for block in range(blocks)
        for part in (*BLOCK, *(() if block else PROJECTION))
    ),
)
SPELLING = Spelling(
    title="ResNet-50 of torchvision",
    names={part: part for part in PARTS},
    inputs=IMAGENET,
    surplus=("fc.",),
)
TARGET = Target(tuple((part, f"trunk.{part}") for part in PARTS), (SPELLING,))
