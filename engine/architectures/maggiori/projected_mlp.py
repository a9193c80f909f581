# SPDX-License-Identifier: GPL-2.0-or-later
"""Inference form of the MLP network: the same scores in a third of the time and bounded memory.

A 1x1 convolution W commutes with linear upsampling, W up(f) = up(W f), so each coarse tap is
multiplied by its part of the hidden layer's weights before upsampling, with 5.7 times fewer
multiplications. The zero border of a tap becomes a border of biases, and interpolation preserves
constants, so the bias needs no separate step.

The hidden map would take 1 KiB per pixel of the image. It is computed in slabs instead, each small
enough for the processor's cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..bilinear import line_neighbors
from ..core import whole
from .trunk import FACTORS, STRIDE_PX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core import Core
    from .trunk import Trunk

CELL = FACTORS[-1]  # half-resolution pixels along the edge of a cell of the coarsest tap
SLAB_CELLS = (6, 9)  # 48 x 72 half-resolution pixels, 14 MiB of hidden map
GPU_SLAB_CELLS = (32, 64)  # 512 MiB of hidden map: few large steps
GPUS = ("cuda", "mps")

Span = tuple[int, int]  # first cell and one past the last cell


class ProjectedMlp(nn.Module):
    """An inference network with the scores of a `MaggioriMlp`, made of its parts.

    Args:
        trunk: trunk with folded batch norms.
        hidden: 1x1 convolution from all taps to the hidden layer.
        activate: activation of the hidden layer.
        score: 1x1 convolution from the hidden layer to the classes.
        upsample: upsampling of the scores by 2.
    """

    def __init__(
        self,
        trunk: Trunk,
        hidden: nn.Conv2d,
        activate: nn.Module,
        score: nn.Conv2d,
        upsample: nn.Module,
    ) -> None:
        super().__init__()
        self.trunk, self.activate = trunk, activate
        self.score, self.upsample = score, upsample
        weight = hidden.weight.detach()[..., 0, 0]  # (1024, 320)
        shares = weight.split(self.trunk.widths, dim=1)
        for factor, share in zip(FACTORS, shares, strict=True):
            self.register_buffer(f"share_{factor}", share.contiguous())
            if factor > 1:
                self.register_buffer(f"lines_{factor}", line_matrix(factor))
        self.bias = hidden.bias
        self.width = hidden.out_channels

    def forward(self, image: Tensor, core: Core | None = None) -> Tensor:
        """Return scores (N, classes, h, w) of the core of an image (N, bands, H, W).

        Args:
            image: images, (N, bands, H, W); H and W are multiples of 16.
            core: rows and columns to score, all if None; the rest serves as context.
        """
        taps = [tap.permute(0, 2, 3, 1) for tap in self.trunk(image)]  # (N, H / s, W / s, C)
        bordered = [taps[0], *(functional.pad(tap, (0, 0, 1, 1, 1, 1)) for tap in taps[1:])]
        rows, cols = core or whole(image)
        high, wide = _cells(rows, image.shape[2]), _cells(cols, image.shape[3])
        half = torch.cat([self._half(list(one), high, wide) for one in zip(*bordered, strict=True)])
        top, left = high[0] * STRIDE_PX, wide[0] * STRIDE_PX
        return self.upsample(half)[
            ..., rows.start - top : rows.stop - top, cols.start - left : cols.stop - left
        ]

    def _half(self, taps: list[Tensor], high: Span, wide: Span) -> Tensor:
        """Return the scores (1, classes, h / 2, w / 2) of a range of cells of one image."""
        size = (high[1] - high[0]) * CELL, (wide[1] - wide[0]) * CELL
        scores = taps[0].new_empty((1, self.score.out_channels, *size))
        step = GPU_SLAB_CELLS if scores.device.type in GPUS else SLAB_CELLS
        for top, bottom in _steps(high, step[0]):
            for left, right in _steps(wide, step[1]):
                slab = self._slab(taps, (top, bottom), (left, right))
                row, col = (top - high[0]) * CELL, (left - wide[0]) * CELL
                scores[:, :, row : row + slab.shape[2], col : col + slab.shape[3]] = slab
        return scores

    def _slab(self, taps: list[Tensor], high: Span, wide: Span) -> Tensor:
        """Return the scores (1, classes, h / 2, w / 2) of the cells of one slab."""
        cells, width = high[1] - high[0], (wide[1] - wide[0]) * CELL
        hidden = taps[0].new_empty((cells, CELL, width * self.width))
        for factor, tap in zip(FACTORS[:0:-1], taps[:0:-1], strict=True):
            part = _crop(tap, high, wide, CELL // factor, border=2)  # (h + 2, w + 2, C)
            self._add_enlarged(part, factor, hidden)
        fine = _crop(taps[0], high, wide, CELL)  # (cells * 8, width, 32)
        flat = hidden.view(-1, self.width)  # (cells * 8 * width, 1024)
        flat.addmm_(fine.reshape(-1, self.trunk.widths[0]), self.get_buffer("share_1").t())
        maps = self.activate(flat).view(1, cells * CELL, width, -1).permute(0, 3, 1, 2)
        return self.score(maps)  # (1, classes, cells * 8, width)

    def _add_enlarged(self, part: Tensor, factor: int, hidden: Tensor) -> None:
        """Add a projected and upsampled tap; the coarsest includes the bias and overwrites."""
        first = factor == CELL
        projected = functional.linear(
            part, self.get_buffer(f"share_{factor}"), self.bias if first else None
        )  # (h + 2, w + 2, 1024)
        lines = enlarge_columns(projected, factor).flatten(1)  # (h + 2, width * 1024)
        matrix = self.get_buffer(f"lines_{factor}")  # (8, 8 / factor + 2)
        stacks = lines.unfold(0, matrix.shape[1], CELL // factor).transpose(1, 2)
        torch.baddbmm(
            hidden, matrix.expand(len(stacks), -1, -1), stacks, beta=0 if first else 1, out=hidden
        )  # (cells, 8, width * 1024)


def line_matrix(factor: int) -> Tensor:
    """Return the interpolation weights (8, 8 / factor + 2) of the eight lines of a cell."""
    matrix = torch.zeros(CELL, CELL // factor + 2)
    for line in range(CELL):
        left, fraction = line_neighbors(line, factor)
        matrix[line, left] = 1 - fraction
        matrix[line, left + 1] = fraction
    return matrix


def enlarge_columns(maps: Tensor, factor: int) -> Tensor:
    """Return (h, w * factor, C) for bordered maps (h, w + 2, C)."""
    width = maps.shape[1] - 2
    large = maps.new_empty((maps.shape[0], width, factor, maps.shape[2]))
    for phase in range(factor):
        left, fraction = line_neighbors(phase, factor)
        before, after = maps[:, left : left + width], maps[:, left + 1 : left + 1 + width]
        torch.lerp(before, after, fraction, out=large[:, :, phase])
    return large.flatten(1, 2)


def _cells(wanted: slice, length_px: int) -> Span:
    """Return the cells of the wanted pixels and one more per side, for the last upsampling."""
    last = -(-wanted.stop // STRIDE_PX) + 1
    return max(0, wanted.start // STRIDE_PX - 1), min(length_px // STRIDE_PX, last)


def _steps(span: Span, step: int) -> Iterator[Span]:
    for first in range(span[0], span[1], step):
        yield first, min(first + step, span[1])


def _crop(tap: Tensor, high: Span, wide: Span, scale: int, border: int = 0) -> Tensor:
    return tap[
        high[0] * scale : high[1] * scale + border, wide[0] * scale : wide[1] * scale + border
    ]
