# SPDX-License-Identifier: GPL-2.0-or-later
"""What the authors' released Caffe models call the layers of these networks.

The VOC model calls some of them differently; `plain_name` translates.

    Released networks, Dilation7, 8 and 10: https://github.com/fyu/dilation, folder `models`.
"""

from __future__ import annotations

from ..backbones.vgg import STAGES
from .context import DILATIONS

FRONT_END = {  # name of a layer: its place in a `DilatedNetwork`
    **{
        f"conv{stage}_{layer}": f"front_end.trunk.stages.{stage - 1}.{2 * (layer - 1)}"
        for stage, (_, layers) in enumerate(STAGES, 1)
        for layer in range(1, layers + 1)
    },
    "fc6": "front_end.classifier.0",
    "fc7": "front_end.classifier.3",
    "final": "front_end.score",
}


def context_places(depth: int) -> dict[str, str]:
    """Return the places of the layers of a context module of 7, 8 or 10 layers, by their names.

    >>> list(context_places(7))[4:]
    ['ctx_conv4_1', 'ctx_fc1', 'ctx_final']
    """
    stages = range(2, len(DILATIONS[depth]) - 1)
    names = ("conv1_1", "conv1_2", *(f"conv{stage}_1" for stage in stages), "fc1", "final")
    return {f"ctx_{name}": f"context.layers.{2 * place}" for place, name in enumerate(names)}


def plain_name(name: str) -> str:
    """Return the name that most released models have for a layer.

    >>> plain_name("fc-final"), plain_name("ct_conv1_2"), plain_name("conv1_2")
    ('final', 'ctx_conv1_2', 'conv1_2')
    """
    if name == "fc-final":
        return "final"
    return f"ctx_{name.removeprefix('ct_')}" if name.startswith("ct_") else name
