# SPDX-License-Identifier: GPL-2.0-or-later
"""Streams: which channels of an input are the image and which are the heights."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

IMAGE_BANDS = 3


class Streams(NamedTuple):
    """The channels of two streams.

    Args:
        channels: of the input.
        image_bands: how many of the first ones the image stream reads.
        first_height: from which one on the heights stream reads.
    """

    channels: int
    image_bands: int
    first_height: int

    @classmethod
    def of(cls, bands: int) -> Streams:
        """Return three channels for the image, the others for the heights; up to three for both."""
        return cls(bands, min(bands, IMAGE_BANDS), IMAGE_BANDS if bands > IMAGE_BANDS else 0)

    @property
    def heights_bands(self) -> int:
        """How many channels the heights stream reads."""
        return self.channels - self.first_height

    def split(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Return what each stream reads of (N, channels, H, W)."""
        return image[:, : self.image_bands], image[:, self.first_height :]
