# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of the MLP network at sampled cells, drawn by class.

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
from torch.nn import functional

from ...architectures.heads import Head
from ...architectures.maggiori.mlp import MaggioriMlp
from ...metrics import IGNORED

if TYPE_CHECKING:
    from torch import Tensor, nn

CELL_PX = 2


def draw_cells(
    classes: Tensor,
    cells: int,
    class_weights: Tensor | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return flat indices (N, cells) of cells, drawn with replacement; unlabeled ones are rare.

    Args:
        classes: classes (N, H, W) int64, `IGNORED` where unlabeled; those at the first pixels of
            the cells count.
        cells: number of cells drawn from each image.
        class_weights: sampling weight of the cells of each class, (C,) float32; None: all 1.
        generator: random generator on the device of the classes; None: torch's default.
    """
    weights = torch.ones(IGNORED + 1, device=classes.device)
    weights[IGNORED] = 1e-9
    if class_weights is not None:
        weights[: len(class_weights)] = class_weights.to(classes.device)
    first = classes[:, ::CELL_PX, ::CELL_PX].flatten(1)  # (N, H/2 W/2)
    return torch.multinomial(weights[first], cells, replacement=True, generator=generator)


def classes_at(classes: Tensor, cells: Tensor) -> Tensor:
    """Return the classes (N, 4, cells) int64 of the pixels of cells.

    Args:
        classes: classes (N, H, W) int64.
        cells: flat indices (N, cells) of cells.
    """
    pixels = functional.pixel_unshuffle(classes[:, None].float(), CELL_PX).long()
    return pixels.flatten(2).gather(2, cells[:, None].expand(-1, CELL_PX**2, -1))


def scores_cells(network: nn.Module) -> bool:
    """Return whether a network can compute its scores at single cells; see `heads_at`."""
    return isinstance(network, MaggioriMlp)


def heads_at(network: nn.Module, images: Tensor, cells: Tensor) -> tuple[Head, ...]:
    """Return the scores (N, C, 4, cells) of the pixels of cells as the only head of a network.

    Args:
        network: MLP network.
        images: images (N, bands, H, W) float32.
        cells: flat indices (N, cells) of cells.

    Raises:
        TypeError: if the network is not an MLP network.
    """
    if not isinstance(network, MaggioriMlp):
        raise TypeError(f"{type(network).__name__} cannot compute its scores at single cells.")
    scores = _scores_at(network, images, cells)
    return (Head("main", scores[:, :, None].expand(-1, -1, CELL_PX**2, -1)),)


def _scores_at(network: MaggioriMlp, images: Tensor, cells: Tensor) -> Tensor:
    """Return the half-resolution scores (N, C, cells) of the network at flat cell indices."""
    height, width = images.shape[-2] // CELL_PX, images.shape[-1] // CELL_PX
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
