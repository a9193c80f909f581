# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion of the first layer: reordered channels, with heights added where missing.

Near infrared, red and green replace red, green and blue. The filters for heights are initialized to
the mean of the color filters, as those for depth in FCN's early fusion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...architectures.backbones.first_layer import widen_first_layer
from .table import ROLES

if TYPE_CHECKING:
    from torch import Tensor

    from .table import Inputs


def channels_read(weight: Tensor, channels: int, inputs: Inputs, roles: tuple[str, ...]) -> Tensor:
    """Return the weights of a first layer for the input channels of the network.

    Args:
        weight: weights of the file, (outputs, colors, k, k).
        channels: number of input channels of the layer; fewer than roles in two-stream networks.
        inputs: input channels of the file.
        roles: roles of the network's input channels.

    Returns:
        Weights (outputs, channels, k, k), unchanged if the file is of another network.
    """
    if weight.ndim != 4 or weight.shape[1] != len(inputs.roles):
        return weight
    ours = [role for role in ROLES if role in inputs.roles]
    weight = weight[:, [inputs.roles.index(role) for role in ours]]
    if len(ours) < len(ROLES):
        weight = widen_first_layer(weight, len(ROLES))  # (outputs, 4, k, k)
    return weight[:, [ROLES.index(role) for role in _stream(channels, roles)]]


def _stream(channels: int, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roles of the input channels of a stream: image bands first, heights last."""
    if channels >= len(roles):
        return roles
    return roles[:channels] if channels > 1 else roles[-1:]
