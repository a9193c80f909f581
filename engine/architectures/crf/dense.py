# SPDX-License-Identifier: GPL-2.0-or-later
"""Dense CRF: a fully connected CRF over all pairs of pixels of an image.

The energy is the sum of U_i = -log p_i (p clipped at 1e-5) over all pixels and, over all pairs of
pixels with different classes, of

    w1 exp(-|p_i - p_j|^2 / 2 sa^2 - |I_i - I_j|^2 / 2 sb^2) + w2 exp(-|p_i - p_j|^2 / 2 sg^2).

Each kernel is normalized as D^-1/2 K D^-1/2, with D = K 1; a pixel is one of its own neighbors.

The smoothness kernel is exact up to 4e-6. The bilateral kernel is approximated on a lattice. Errors
compared with sums over all pairs, for 64 x 64 px, 4 bands, 6 classes and the settings
`deeplab_largefov` (`python -m engine.bench.crf` prints this for all settings):

    noise in gray levels         1         3         6        12        30
    mean |dQ|, bridges     0.00025   0.00037   0.00059   0.00294   0.00926
    mean |dQ|, plain       0.00028   0.00038   0.00229   0.01323   0.02106
    max |dQ|, bridges         0.04      0.05      0.29      0.89      0.93
    labels, bridges          0.00%     0.00%     0.05%     0.61%     2.86%
    labels, plain            0.00%     0.00%     0.51%     3.88%     6.08%

1024 x 1024 px take 8 s on one core and 0.6 GB (noise 6), or 44 s and 4.4 GB (noise 30, where almost
all pixels differ in color); without bridges 7 s and 0.6 GB, or 16 s and 1.6 GB.

    P. Kraehenbuehl, V. Koltun, Efficient Inference in Fully Connected CRFs with Gaussian Edge
    Potentials, NIPS 2011.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from .brute_force import BruteForceFilter
from .features import colored_positions, positions
from .gaussian import GaussianFilter
from .mean_field import infer, normalized_symmetrically, unary_energies
from .permutohedral import PermutohedralFilter
from .settings import BAND_SCALE, PRESETS, CrfSettings

if TYPE_CHECKING:
    from .mean_field import Filter


class DenseCrf(nn.Module):
    """Dense CRF with mean field inference over all pairs of pixels, for inference only.

    Args:
        classes: number of classes.
        settings: weights and widths of the two kernels.
        band_scale: 8-bit gray levels per unit of a normalized channel.
        bridges: whether to use a lattice with bridges: more accurate, but two to three times
            slower.
        brute_force: whether to sum over all pairs exactly; for images of at most 10,000 pixels.
    """

    is_trained = False

    def __init__(
        self,
        classes: int,
        settings: CrfSettings = PRESETS["deeplab_largefov"],
        *,
        band_scale: float = BAND_SCALE,
        bridges: bool = True,
        brute_force: bool = False,
    ) -> None:
        super().__init__()
        self.classes, self.settings = classes, settings
        self.band_scale = band_scale
        self.bridges, self.brute_force = bridges, brute_force

    @torch.no_grad()
    def forward(self, scores: Tensor, image: Tensor) -> Tensor:
        """Return log Q, (N, classes, H, W).

        Args:
            scores: unary scores, (N, classes, H, W).
            image: images with normalized channels, (N, bands, H, W).
        """
        return torch.stack([self._refine(*pair) for pair in zip(scores, image, strict=True)])

    def _refine(self, scores: Tensor, image: Tensor) -> Tensor:
        """Return log Q, (classes, H, W), for one image."""
        energies = unary_energies(scores.flatten(1).T, dim=1)  # (pixels, classes)
        ones = energies.new_ones(len(energies), 1)
        settings = self.settings
        kernels = [
            (settings.bilateral_weight, self._bilateral(image)),
            (settings.smooth_weight, self._smooth(image)),
        ]
        normalized = [(weight, normalized_symmetrically(each, ones)) for weight, each in kernels]
        beliefs = infer(energies, normalized, settings.iterations)
        return beliefs.T.unflatten(1, image.shape[-2:])

    def _bilateral(self, image: Tensor) -> Filter:
        sigma_bands = self.settings.bilateral_levels / self.band_scale
        features = colored_positions(image, self.settings.bilateral_px, sigma_bands)
        if self.brute_force:
            return BruteForceFilter(features)
        return PermutohedralFilter(features, bridges=self.bridges)

    def _smooth(self, image: Tensor) -> Filter:
        height, width = image.shape[-2:]
        if self.brute_force:
            return BruteForceFilter(positions(height, width, self.settings.smooth_px, image))
        return GaussianFilter(height, width, self.settings.smooth_px)
