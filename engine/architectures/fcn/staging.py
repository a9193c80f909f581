# SPDX-License-Identifier: GPL-2.0-or-later
"""Stages: a network with one more skip starts where the one before has arrived.

A new score layer starts at zero and a new interpolation bilinear, so the new skip does not change
the scores at first; they are only enlarged in two steps instead of one. The same start at zero is
how the paper puts scores on top of a trained classifier.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Sections 4.1 and 4.3.
"""

from __future__ import annotations

import torch
from torch import nn

from .head import ScoreLayer


def zero_scores(network: nn.Module) -> None:
    """Start all score layers at zero, as the paper does on top of a trained classifier.

    The layers below learn nothing in the first step then, but they have learned already.
    """
    for module in network.modules():
        if isinstance(module, ScoreLayer):
            _zero(module)


def stage_from(network: nn.Module, previous: nn.Module) -> None:
    """Give a new network the weights of the previous stage, and zeros to its new score layers.

    Args:
        network: new, for instance FCN-16s; its interpolation is still bilinear.
        previous: the same with one skip less, for instance FCN-32s.

    Raises:
        ValueError: `previous` has weights that do not fit into `network`.
    """
    own, given = network.state_dict(), previous.state_dict()
    for name, tensor in given.items():
        if name not in own or own[name].shape != tensor.shape:
            raise ValueError(f"'{name}' of the previous stage does not fit into the next one.")
    network.load_state_dict({**own, **given})
    for name, module in network.named_modules():
        if isinstance(module, ScoreLayer) and f"{name}.weight" not in given:
            _zero(module)


@torch.no_grad()
def _zero(layer: ScoreLayer) -> None:
    for parameter in layer.parameters():
        parameter.zero_()
