# SPDX-License-Identifier: GPL-2.0-or-later
"""DenseNet-121 and 169 of torchvision; ours has the same names, in a trunk.

The norm after the last block belongs to the classifier and is left out, as it is by the ladder.

    G. Huang, Z. Liu, L. van der Maaten, K. Weinberger, Densely Connected Convolutional Networks,
    CVPR 2017; torchvision.models.densenet121, densenet169.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ....architectures.backbones.densenet import LAYERS
from ..table import IMAGENET, Places, Spelling, Target

if TYPE_CHECKING:
    from ..table import Tensors

PREFIX = "features."
DENSE_LAYER = ("norm1", "conv1", "norm2", "conv2")
TRANSITION = ("norm", "conv")
# Files of 2017 count within a dense layer: `denselayer1.norm.1.weight`.
COUNTED = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12]\.)")


def parts_of(depth: str) -> tuple[str, ...]:
    """Return the layers of a DenseNet in the order of the computation, as torchvision names them.

    >>> parts_of("121")[:3], len(parts_of("121"))
    (('conv0', 'norm0', 'denseblock1.denselayer1.norm1'), 240)
    """
    parts = ["conv0", "norm0"]
    for block, layers in enumerate(LAYERS[depth], start=1):
        if block > 1:
            parts += [f"transition{block - 1}.{part}" for part in TRANSITION]
        for layer in range(1, layers + 1):
            parts += [f"denseblock{block}.denselayer{layer}.{part}" for part in DENSE_LAYER]
    return tuple(parts)


def uncounted(tensors: Tensors) -> Tensors:
    """Return tensors with the names of today."""
    return {COUNTED.sub(r"\1\2", name): tensor for name, tensor in tensors.items()}


def spelling_of_depth(depth: str) -> Spelling:
    """Return how torchvision names the layers."""
    return Spelling(
        title=f"DenseNet-{depth} of torchvision",
        names={part: PREFIX + part for part in parts_of(depth)},
        inputs=IMAGENET,
        surplus=("features.norm5", "classifier"),
        prepare=uncounted,
    )


def target_of_depth(depth: str) -> Target:
    """Return where a network on this DenseNet has its layers."""
    places: Places = tuple((part, f"trunk.{part}") for part in parts_of(depth))
    return Target(places, (spelling_of_depth(depth),))
