# SPDX-License-Identifier: GPL-2.0-or-later
"""CRF-RNN: mean field inference as layers whose weights are trained jointly with a network.

Each iteration adds the messages of both kernels to the scores, weighted by matrices over the
classes: U + M (W_s K_s q + W_b K_b q), where q is the softmax of the previous iteration. Both
kernels are normalized after filtering, D^-1 K. The compatibility M is initialized to the identity:
messages are added, while the paper subtracts them with M = -I.

The bilateral kernel is that of the dense CRF, on the same lattice: 9 s on one core and 0.6 GB for
1024 x 1024 px and ten iterations. Its range is the whole image, so tiled inference is not exact.

    S. Zheng et al., Conditional Random Fields as Recurrent Neural Networks, ICCV 2015.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from .features import colored_positions
from .gaussian import GaussianFilter
from .mean_field import normalized_by_row
from .permutohedral import PermutohedralFilter
from .settings import BAND_SCALE

if TYPE_CHECKING:
    from .mean_field import Filter

# Factors of the network's learning rate for the weights of the CRF
RATE_FACTORS = {"smooth_weights": 1e4, "bilateral_weights": 1e4, "compatibility": 1e3}


class CrfRnn(nn.Module):
    """CRF with mean field inference and trainable weights, for training and evaluation.

    Args:
        classes: number of classes.
        band_scale: 8-bit gray levels per unit of a normalized channel.
        bilateral_px: standard deviation of the bilateral kernel in space, in pixels.
        bilateral_levels: standard deviation of the bilateral kernel in each band, in gray levels.
        smooth_px: standard deviation of the smoothness kernel in pixels.
        bridges: whether to use a lattice with bridges: more accurate, but two to three times
            slower.
        training_iterations: number of mean field iterations in training mode.
        iterations: number of mean field iterations in evaluation mode.
    """

    is_trained = True

    def __init__(
        self,
        classes: int,
        *,
        band_scale: float = BAND_SCALE,
        bilateral_px: float = 160,
        bilateral_levels: float = 3,
        smooth_px: float = 3,
        bridges: bool = True,
        training_iterations: int = 5,
        iterations: int = 10,
    ) -> None:
        super().__init__()
        self.smooth_weights = nn.Parameter(3 * torch.eye(classes))
        self.bilateral_weights = nn.Parameter(5 * torch.eye(classes))
        self.compatibility = nn.Parameter(torch.eye(classes))
        self.band_scale = band_scale
        self.bilateral_px, self.bilateral_levels = bilateral_px, bilateral_levels
        self.smooth_px, self.bridges = smooth_px, bridges
        self.training_iterations, self.iterations = training_iterations, iterations

    def forward(self, scores: Tensor, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W), whose softmax is Q.

        Args:
            scores: unary scores, (N, classes, H, W).
            image: images with normalized channels, (N, bands, H, W); they are not differentiable.
        """
        return torch.stack(
            [self._refine(*pair) for pair in zip(scores, image.detach(), strict=True)]
        )

    def _refine(self, scores: Tensor, image: Tensor) -> Tensor:
        """Return scores (classes, H, W) of one image."""
        logits = unary = scores.flatten(1).T  # (pixels, classes)
        smooth, bilateral = self._kernels(image)
        for _ in range(self.training_iterations if self.training else self.iterations):
            beliefs = logits.softmax(1)
            message = smooth(beliefs) @ self.smooth_weights.T
            message = message + bilateral(beliefs) @ self.bilateral_weights.T
            logits = unary + message @ self.compatibility.T
        return logits.T.unflatten(1, image.shape[-2:])

    def _kernels(self, image: Tensor) -> tuple[Filter, Filter]:
        """Return the smoothness and the bilateral filter for an image (bands, H, W)."""
        height, width = image.shape[-2:]
        ones = image.new_ones(height * width, 1)
        sigma_bands = self.bilateral_levels / self.band_scale
        features = colored_positions(image, self.bilateral_px, sigma_bands)
        smooth = GaussianFilter(height, width, self.smooth_px)
        bilateral = PermutohedralFilter(features, bridges=self.bridges)
        return normalized_by_row(smooth, ones), normalized_by_row(bilateral, ones)
