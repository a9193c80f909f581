# SPDX-License-Identifier: GPL-2.0-or-later
"""Staged training: a network with one more skip is initialized from the preceding one.

The new score layer is initialized to zero and the new interpolation to bilinear, so the new skip
initially leaves the scores unchanged, apart from upsampling in two steps instead of one. The paper
uses the same zero initialization for scores on top of a pretrained classifier.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    IEEE TPAMI 39(4), 2017, Sections 4.1 and 4.3.
"""

from __future__ import annotations

import torch
from torch import nn

from .head import ScoreLayer


def zero_scores(network: nn.Module) -> None:
    """Initialize all score layers to zero, as in the paper on top of a pretrained classifier.

    The layers below have zero gradients in the first step, but they are pretrained.
    """
    for module in network.modules():
        if isinstance(module, ScoreLayer):
            _zero(module)


def stage_from(network: nn.Module, previous: nn.Module) -> None:
    """Copy the weights of the previous stage to a new network and zero its new score layers.

    Args:
        network: new network with bilinear interpolation, for example FCN-16s.
        previous: trained network with one skip less, for example FCN-32s.

    Raises:
        ValueError: if `previous` has weights that do not match `network`.
    """
    own, given = network.state_dict(), previous.state_dict()
    for name, tensor in given.items():
        if name not in own or own[name].shape != tensor.shape:
            raise ValueError(f"'{name}' of the previous stage does not match the next stage.")
    network.load_state_dict({**own, **given})
    for name, module in network.named_modules():
        if isinstance(module, ScoreLayer) and f"{name}.weight" not in given:
            _zero(module)


@torch.no_grad()
def _zero(layer: ScoreLayer) -> None:
    for parameter in layer.parameters():
        parameter.zero_()
