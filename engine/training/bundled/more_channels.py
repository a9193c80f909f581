# SPDX-License-Identifier: GPL-2.0-or-later
"""More input channels for a network whose weights stay in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


def take_over(network: nn.Module, trained: nn.Module) -> None:
    """Copy the weights of a trained network with fewer input channels.

    Weights of the new channels, which come last, are set to zero, so the scores stay the same.

    Args:
        network: network of the same architecture and options; modified in place.
        trained: trained network; not modified.

    Raises:
        ValueError: if other layers than those that read the channels differ.
    """
    weights = network.state_dict()
    for name, values in trained.state_dict().items():
        own = weights[name]
        if own.shape[:1] != values.shape[:1] or own.shape[2:] != values.shape[2:]:
            raise ValueError(f"The networks differ in {name}: {own.shape} and {values.shape}.")
        if own.shape != values.shape:
            own.zero_()
            own = own[:, : values.shape[1]]
        own.copy_(values)
