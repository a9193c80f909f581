# SPDX-License-Identifier: GPL-2.0-or-later
"""The local CRF: neighbors are the pixels of a window, so that a tiled run is exact.

It makes no claim to equal the dense CRF, whose kernels reach over hundreds of pixels. Messages are
weighted means over the window, each kernel normalized by row, D^-1 K, inside the image. So an
iteration reaches as far as the window does.

    M. Teichmann, R. Cipolla, Convolutional CRFs for Semantic Segmentation, BMVC 2019.
"""

from __future__ import annotations

from itertools import product

import torch
from torch import Tensor, nn
from torch.nn import functional

from .mean_field import unary_energies
from .settings import BAND_SCALE, CrfSettings

LOCAL = CrfSettings(4, 3, 20, 3, 1.5, iterations=5)


class LocalCrf(nn.Module):
    """Scores after mean field within windows, for inference only.

    Args:
        classes: channels of the scores.
        settings: the two kernels, cut off at the window's edge.
        radius: of the window, in pixels of the dilated grid; 3 means 7 x 7 pixels.
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
        """How far away a pixel can be that has an influence; the halo of a tile."""
        return self.settings.iterations * self.radius * self.dilation

    @torch.no_grad()
    def forward(self, scores: Tensor, image: Tensor) -> Tensor:
        """Return log Q, (N, classes, H, W).

        Args:
            scores: (N, classes, H, W).
            image: (N, bands, H, W), normalized channels.
        """
        energies = unary_energies(scores.movedim(1, -1)).movedim(-1, 1)
        weights = self._weights(image)  # (offsets, N, 1, H, W)
        logits = -energies
        for _ in range(self.settings.iterations):
            padded = self._padded(logits.softmax(1))
            logits = -energies
            for offset, weight in zip(self._offsets(), weights, strict=True):
                logits = logits + weight * self._shifted(padded, *offset, image)
        return logits.log_softmax(1)

    def _weights(self, image: Tensor) -> Tensor:
        """Return what messages count, (offsets, N, 1, H, W); zero from outside the image."""
        given = self.settings
        padded, inside = self._padded(image), self._padded(torch.ones_like(image[:, :1]))
        colored, smooth = [], []
        for offset in self._offsets():
            square_px = sum(step**2 for step in offset)
            differences = image - self._shifted(padded, *offset, image)
            unlike = differences.square().sum(1, keepdim=True)
            unlike = unlike * (self.band_scale / given.bilateral_levels) ** 2
            mask = self._shifted(inside, *offset, image)
            colored.append(mask * torch.exp(-(unlike + square_px / given.bilateral_px**2) / 2))
            smooth.append(mask * torch.exp(torch.tensor(-square_px / given.smooth_px**2 / 2)))
        near, like = torch.stack(smooth), torch.stack(colored)
        return given.smooth_weight * near / near.sum(0) + given.bilateral_weight * like / like.sum(
            0
        )

    def _offsets(self) -> list[tuple[int, int]]:
        steps = range(-self.radius * self.dilation, self.radius * self.dilation + 1, self.dilation)
        return list(product(steps, steps))

    def _padded(self, maps: Tensor) -> Tensor:
        return functional.pad(maps, [self.radius * self.dilation] * 4)

    def _shifted(self, padded: Tensor, row: int, col: int, image: Tensor) -> Tensor:
        """Return what lies at an offset of each pixel, zero outside the image."""
        margin, (height, width) = self.radius * self.dilation, image.shape[-2:]
        rows = slice(margin + row, margin + row + height)
        return padded[..., rows, margin + col : margin + col + width]
