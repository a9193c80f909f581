# SPDX-License-Identifier: GPL-2.0-or-later
"""What the authors' released Caffe models call the layers of these networks.

The VOC model calls three things differently; `plain_name` translates them.

    Released networks, Dilation7, 8 and 10: https://github.com/fyu/dilation, folder `models`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from ..backbones.vgg import STAGES
from .context import DILATIONS

if TYPE_CHECKING:
    from .network import DilatedNetwork

FRONT_END = (
    *(
        f"conv{stage}_{layer}"
        for stage, (_, layers) in enumerate(STAGES, 1)
        for layer in range(1, layers + 1)
    ),
    "fc6",
    "fc7",
    "final",
)
CONTEXT = {
    depth: (
        "ctx_conv1_1",
        *(f"ctx_conv{place}_{2 if place == 1 else 1}" for place in range(1, len(dilations) - 1)),
        "ctx_fc1",
        "ctx_final",
    )
    for depth, dilations in DILATIONS.items()
}


def plain_name(name: str) -> str:
    """Return the name that most released models have for a layer.

    >>> plain_name("fc-final"), plain_name("ct_conv1_2"), plain_name("conv1_2")
    ('final', 'ctx_conv1_2', 'conv1_2')
    """
    if name == "fc-final":
        return "final"
    return f"ctx_{name.removeprefix('ct_')}" if name.startswith("ct_") else name


def released_layers(network: DilatedNetwork) -> dict[str, nn.Conv2d]:
    """Return the convolutions of a network under their released names, from input to output."""
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    names = FRONT_END
    if network.context is not None:
        names += CONTEXT[network.context.depth]
    return dict(zip(names, convolutions, strict=True))
