# SPDX-License-Identifier: GPL-2.0-or-later
"""Core of an image: the part whose scores are kept.

A tile is read with its halo, and only the scores of its core are kept. Some networks can skip
computations that the core does not depend on.
"""

from __future__ import annotations

from torch import Tensor, nn

Core = tuple[slice, slice]  # rows and columns of an image, both with a start and a stop


def whole(image: Tensor) -> Core:
    """Return the core that covers all rows and columns of an image (N, bands, H, W)."""
    height, width = image.shape[-2:]
    return slice(0, height), slice(0, width)


class CoreNetwork(nn.Module):
    """Base class of networks that compute only what the scores of a core require."""

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
    """Inference form of a `CoreNetwork`, called with an image and the core to score."""

    def __init__(self, network: CoreNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor, core: Core | None = None) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W)."""
        return self.network.forward_core(image, core or whole(image))
