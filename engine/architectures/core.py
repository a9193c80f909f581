# SPDX-License-Identifier: GPL-2.0-or-later
"""The core: the part of an image whose scores are wanted.

A tile is looked at with its halo, and only its core is kept. Some networks can leave out what the
core does not need.
"""

from __future__ import annotations

from torch import Tensor, nn

Core = tuple[slice, slice]  # rows and columns of an image, each with a start and a stop


def whole(image: Tensor) -> Core:
    """Return all rows and columns of an image (N, bands, H, W)."""
    height, width = image.shape[-2:]
    return slice(0, height), slice(0, width)


class CoreNetwork(nn.Module):
    """A network that computes no more than the scores of a core need."""

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        return self.forward_core(image, whole(image))

    def forward_core(self, image: Tensor, core: Core) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W)."""
        raise NotImplementedError

    def fast_form(self) -> nn.Module:
        """Return the inference network with the same scores."""
        return CoreOnly(self)


class CoreOnly(nn.Module):
    """The same network for inference, where it is told which part of its image is wanted."""

    def __init__(self, network: CoreNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor, core: Core | None = None) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W)."""
        return self.network.forward_core(image, core or whole(image))
