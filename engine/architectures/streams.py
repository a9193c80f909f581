# SPDX-License-Identifier: GPL-2.0-or-later
"""Streams of two-stream networks: image channels and height channels of an input."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

IMAGE_BANDS = 3


class Streams(NamedTuple):
    """Input channels of the image stream and the height stream.

    Args:
        channels: number of input channels.
        image_bands: number of leading channels read by the image stream.
        first_height: index of the first channel read by the height stream.
    """

    channels: int
    image_bands: int
    first_height: int

    @classmethod
    def of(cls, bands: int) -> Streams:
        """Return the streams of an input with `bands` channels.

        The first three are the image and the others the heights; with up to three channels, both
        streams read all of them.
        """
        return cls(bands, min(bands, IMAGE_BANDS), IMAGE_BANDS if bands > IMAGE_BANDS else 0)

    @property
    def heights_bands(self) -> int:
        """Number of channels read by the height stream."""
        return self.channels - self.first_height

    def split(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return the inputs of both streams for an input (N, channels, H, W)."""
        return image[:, : self.image_bands], image[:, self.first_height :]
