# SPDX-License-Identifier: GPL-2.0-or-later
"""The loss of the MLP network at some cells only, drawn by their class.

The hidden layer of the MLP network costs four fifths of its arithmetic, and works on every cell
of half the resolution by itself. So training asks it about some cells only, as FCN samples its
loss and PixelNet its pixels: more patches are seen in the same time. A cell is compared with its
2 x 2 pixels.

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
    """Return the cross-entropy at cells drawn by weight.

    Args:
        network: in training mode.
        images: (N, bands, H, W) float32.
        classes: (N, H, W) int64, `IGNORED` where unknown.
        class_weights: (C,) float32, how likely a cell of each class is drawn.
        cells: to draw from each image.
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
    """Return the half-resolution scores (N, C, cells) of the network at flat cell numbers."""
    height, width = images.shape[-2] // 2, images.shape[-1] // 2
    x = (cells % width + 0.5) * 2 / width - 1
    y = (cells.div(width, rounding_mode="floor") + 0.5) * 2 / height - 1
    points = torch.stack([x, y], dim=-1)[:, None]  # (N, 1, cells, 2)
    pool = torch.cat(
        # Bilinear with zeros beyond the border is just what the network's upsampling does.
        [functional.grid_sample(tap, points, align_corners=False) for tap in network.trunk(images)],
        dim=1,
    )  # (N, 320, 1, cells)
    hidden = network.activate(network.hidden(pool))  # (N, 1024, 1, cells)
    return network.score(hidden)[:, :, 0]  # (N, C, cells)
