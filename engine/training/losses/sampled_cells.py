# SPDX-License-Identifier: GPL-2.0-or-later
"""Loss of the MLP network at sampled cells, drawn by class.

The hidden layer of the MLP network takes four fifths of its computation and is applied to each cell
at half resolution independently. In training it is evaluated at sampled cells only, as FCN and
PixelNet do with pixels, so more patches are trained on in the same time. The scores of a cell are
compared with the classes of its 2 x 2 pixels.

    A. Bansal et al., PixelNet: Representation of the Pixels, by the Pixels, and for the Pixels,
    arXiv:1702.06506, 2017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from ...metrics import IGNORED
from .cross_entropy import cross_entropy

if TYPE_CHECKING:
    from ...architectures.maggiori.mlp import MaggioriMlp


def sampled_loss(
    network: MaggioriMlp, images: Tensor, classes: Tensor, class_weights: Tensor, cells: int
) -> Tensor:
    """Return the mean cross-entropy at cells drawn with class weights.

    Args:
        network: network in training mode.
        images: images (N, bands, H, W) float32.
        classes: classes (N, H, W) int64, `IGNORED` where unlabeled.
        class_weights: sampling weight of the cells of each class, (C,) float32.
        cells: number of cells drawn from each image.
    """
    pixels = functional.pixel_unshuffle(classes[:, None].float(), 2).long()  # (N, 4, H/2, W/2)
    drawn = _draw_cells(pixels[:, 0], class_weights, cells)  # (N, cells)
    scores = _scores_at(network, images, drawn)  # (N, C, cells)
    truth = pixels.flatten(2).gather(2, drawn[:, None].expand(-1, 4, -1))  # (N, 4, cells)
    return cross_entropy(scores[:, :, None].expand(-1, -1, 4, -1), truth)


def _draw_cells(classes: Tensor, class_weights: Tensor, cells: int) -> Tensor:
    padded = torch.full((IGNORED + 1,), 1e-9)
    padded[: len(class_weights)] = class_weights
    return torch.multinomial(padded[classes.flatten(1)], cells, replacement=True)


def _scores_at(network: MaggioriMlp, images: Tensor, cells: Tensor) -> Tensor:
    """Return the half-resolution scores (N, C, cells) of the network at flat cell indices."""
    height, width = images.shape[-2] // 2, images.shape[-1] // 2
    x = (cells % width + 0.5) * 2 / width - 1
    y = (cells.div(width, rounding_mode="floor") + 0.5) * 2 / height - 1
    points = torch.stack([x, y], dim=-1)[:, None]  # (N, 1, cells, 2)
    pool = torch.cat(
        # Bilinear sampling with zeros beyond the border equals the network's upsampling.
        [functional.grid_sample(tap, points, align_corners=False) for tap in network.trunk(images)],
        dim=1,
    )  # (N, 320, 1, cells)
    hidden = network.activate(network.hidden(pool))  # (N, 1024, 1, cells)
    return network.score(hidden)[:, :, 0]  # (N, C, cells)
