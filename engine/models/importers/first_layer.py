# SPDX-License-Identifier: GPL-2.0-or-later
"""The first layer: its channels put into the order of ours, and heights added where there are none.

Near infrared, red and green take the places of red, green and blue. Heights start with the mean of
the colors, as the depth of FCN's early fusion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...architectures.backbones.first_layer import widen_first_layer
from .table import ROLES

if TYPE_CHECKING:
    from torch import Tensor

    from .table import Inputs


def channels_read(weight: Tensor, channels: int, inputs: Inputs, roles: tuple[str, ...]) -> Tensor:
    """Return a first layer's weights for the channels that it reads in our network.

    Args:
        weight: (outputs, colors, k, k) of the file.
        channels: how many the layer reads; fewer than there are roles in one of two streams.
        inputs: what the file's channels are.
        roles: what the network's channels are.

    Returns:
        Weights (outputs, channels, k, k); as they were where the file is of another network.
    """
    if weight.ndim != 4 or weight.shape[1] != len(inputs.roles):
        return weight
    ours = [role for role in ROLES if role in inputs.roles]
    weight = weight[:, [inputs.roles.index(role) for role in ours]]
    if len(ours) < len(ROLES):
        weight = widen_first_layer(weight, len(ROLES))  # (outputs, 4, k, k)
    return weight[:, [ROLES.index(role) for role in _stream(channels, roles)]]


def _stream(channels: int, roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roles that a stream reads: image bands come first, heights last."""
    if channels >= len(roles):
        return roles
    return roles[:channels] if channels > 1 else roles[-1:]
