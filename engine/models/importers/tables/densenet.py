# SPDX-License-Identifier: GPL-2.0-or-later
"""DenseNet-121 and DenseNet-169 of torchvision; the trunk here uses the same names.

The norm after the last block belongs to the classifier and is dropped, as the ladder network does
not use it.

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
# Files of 2017 number the modules within a dense layer: `denselayer1.norm.1.weight`.
COUNTED = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12]\.)")


def parts_of(depth: str) -> tuple[str, ...]:
    """Return torchvision's names of the layers of a DenseNet in order of computation.

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
    """Return tensors with torchvision's current names."""
    return {COUNTED.sub(r"\1\2", name): tensor for name, tensor in tensors.items()}


def spelling_of_depth(depth: str) -> Spelling:
    """Return torchvision's spelling of the layers."""
    return Spelling(
        title=f"DenseNet-{depth} of torchvision",
        names={part: PREFIX + part for part in parts_of(depth)},
        inputs=IMAGENET,
        surplus=("features.norm5", "classifier"),
        prepare=uncounted,
    )


def target_of_depth(depth: str) -> Target:
    """Return the target of a network with this DenseNet trunk."""
    places: Places = tuple((part, f"trunk.{part}") for part in parts_of(depth))
    return Target(places, (spelling_of_depth(depth),))
