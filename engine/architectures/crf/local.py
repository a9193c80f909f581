# SPDX-License-Identifier: GPL-2.0-or-later
"""The local CRF: neighbors are the pixels of a window, so that a tiled run is exact.

A message is a weighted mean over the window, of those of its pixels that lie in the image. Each
kernel is normalized by row, D^-1 K: that needs nothing from outside the window, so an iteration
reaches as far as the window does. The kernels are those of the dense CRF, cut off at the window's
edge. It makes no claim to equal the dense CRF, which reaches over hundreds of pixels: in the table
of `dense` its labels differ from those of all pairs in 0.0, 0.0, 0.3, 3.8 and 16.8 % of the pixels.
1024 x 1024 px take 2 s of one core and 0.7 GB.

    M. Teichmann, R. Cipolla, Convolutional CRFs for Semantic Segmentation, BMVC 2019.
"""

from __future__ import annotations

from itertools import product
from math import exp

import torch
from torch import Tensor, nn
from torch.nn import functional

from .mean_field import unary_energies
from .settings import BAND_SCALE, CrfSettings

# No paper has settings for windows this small. Within a few pixels, colors must differ by more than
# grain and shade to part two classes: 20 gray levels, where DeepLab's kernel over 49 px takes 5.
LOCAL = CrfSettings(4, 3, 20, 3, 2, iterations=5)


class LocalCrf(nn.Module):
    """Scores after mean field within windows, for inference only.

    Args:
        classes: channels of the scores.
        settings: the two kernels.
        radius: of the window, in steps of `dilation` pixels; 3 means 7 x 7 pixels.
        dilation: distance between the pixels of the window.
        band_scale: gray levels of an 8-bit image in 1 of a channel.
    """

    is_trained = False

    def __init__(
        self,
        classes: int,
        settings: CrfSettings = LOCAL,
        *,
        radius: int = 3,
        dilation: int = 1,
        band_scale: float = BAND_SCALE,
    ) -> None:
        super().__init__()
        self.classes, self.settings = classes, settings
        self.radius, self.dilation, self.band_scale = radius, dilation, band_scale

    @property
    def reach_px(self) -> int:
        """How far away a pixel can be that has an influence; the halo of a tile.

        >>> LocalCrf(5).reach_px
        15
        """
        return self.settings.iterations * self.radius * self.dilation

    @torch.no_grad()
    def forward(self, scores: Tensor, image: Tensor) -> Tensor:
        """Return log Q, (N, classes, H, W).

        Args:
            scores: (N, classes, H, W).
            image: (N, bands, H, W), normalized channels.
        """
        energies = unary_energies(scores, dim=1)
        weights = self._weights(image)
        logits = -energies
        for _ in range(self.settings.iterations):
            beliefs = self._padded(logits.softmax(1))
            logits = -energies
            for offset, weight in weights.items():
                logits.addcmul_(weight, self._shifted(beliefs, offset))
        return logits.log_softmax(1)

    def _weights(self, image: Tensor) -> dict[tuple[int, int], Tensor]:
        """Return what a neighbor at an offset counts, each (N, 1, H, W); zero outside the image."""
        given = self.settings
        near = self._normalized({offset: self._inside(image, offset) for offset in self._offsets()})
        like = self._normalized(self._likeness(image))
        return {
            offset: given.smooth_weight * near[offset] + given.bilateral_weight * like[offset]
            for offset in near
        }

    def _inside(self, image: Tensor, offset: tuple[int, int]) -> Tensor:
        """Return the smoothness kernel, (1, 1, H, W)."""
        square_px = offset[0] ** 2 + offset[1] ** 2
        value = exp(-square_px / self.settings.smooth_px**2 / 2)
        return self._shifted(self._padded(torch.full_like(image[:1, :1], value)), offset)

    def _likeness(self, image: Tensor) -> dict[tuple[int, int], Tensor]:
        """Return the bilateral kernel by offset, each (N, 1, H, W).

        Half of it is computed: to be alike is mutual.
        """
        colors = image * (self.band_scale / self.settings.bilateral_levels)
        padded, inside = self._padded(colors), self._padded(torch.ones_like(image[:, :1]))
        kernel = {}
        for row, col in self._offsets():
            if (row, col) > (0, 0):
                continue
            unlike = (colors - self._shifted(padded, (row, col))).square().sum(1, keepdim=True)
            unlike += (row**2 + col**2) / self.settings.bilateral_px**2
            like = torch.exp(-unlike / 2) * self._shifted(inside, (row, col))
            kernel[row, col] = like
            kernel[-row, -col] = self._shifted(self._padded(like), (-row, -col))
        return kernel

    def _normalized(self, kernel: dict[tuple[int, int], Tensor]) -> dict[tuple[int, int], Tensor]:
        total = sum(kernel[offset] for offset in self._offsets())  # the same order for every tile
        return {offset: kernel[offset] / total for offset in self._offsets()}

    def _offsets(self) -> list[tuple[int, int]]:
        reach_px = self.radius * self.dilation
        steps = range(-reach_px, reach_px + 1, self.dilation)
        return list(product(steps, steps))

    def _padded(self, maps: Tensor) -> Tensor:
        return functional.pad(maps, [self.radius * self.dilation] * 4)

    def _shifted(self, padded: Tensor, offset: tuple[int, int]) -> Tensor:
        """Return what lies at an offset from each pixel, zero outside the image."""
        margin_px = self.radius * self.dilation
        height, width = padded.shape[-2] - 2 * margin_px, padded.shape[-1] - 2 * margin_px
        top, left = margin_px + offset[0], margin_px + offset[1]
        return padded[..., top : top + height, left : left + width]
