# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights taken from a trained network with other channels or another architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


def copy_with_more_channels(network: nn.Module, trained: nn.Module) -> None:
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


def copy_common_layers(network: nn.Module, trained: nn.Module) -> None:
    """Copy the weights of the same name and shape from a network of another architecture.

    All others stay as they are, also a first layer that reads other channels.

    Args:
        network: network whose other weights stay; modified in place.
        trained: trained network; not modified.

    Raises:
        ValueError: if the networks have no layer in common.
    """
    weights, common = network.state_dict(), 0
    for name, values in trained.state_dict().items():
        if name in weights and weights[name].shape == values.shape:
            weights[name].copy_(values)
            common += values.ndim > 1  # a kernel; counters of batch norms are alike everywhere
    if not common:
        raise ValueError("The networks have no layers of the same name and shape.")
