# SPDX-License-Identifier: GPL-2.0-or-later
"""Stages of an FRRN with a lazily evaluated residual stream.

As published, every FRRU pools the full-resolution stream z to its own scale p and upsamples its
residual r to full resolution by repeating pixels. Since the pooling windows are aligned,

    maxpool_p(z + up_p(r)) = maxpool_p(z) + r,
    maxpool_2p = maxpool_2 of maxpool_p,    up_2p = up_p of up_2.

Therefore z does not change between the split and the merge. Each scale stores z pooled to it and
the sum of the residuals of its units; the decoder passes the sums on to the next finer scale. This
is exact, in training too, and processes H W / p^2 pixels for a unit at scale p instead of H W.

Every stage maps a state to a state. A state is a flat tuple of tensors, so that a network can be
cut between any two stages: the pooling stream y; z at full resolution; then, for each coarser scale
up to that of y, the sum of the residuals and the pooled z:

    (y, z_1, gained_2, z_2, gained_4, z_4, ...)

    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from .units import ConvolutionUnit, FullResolutionUnit, LinearUnit, ResidualUnit, convolution
from .upsampling import BilinearDouble

if TYPE_CHECKING:
    from .chain import State

UNITS_AT_FULL_RESOLUTION = 3  # before the split and after the merge


def residual_units(channels: int, count: int) -> nn.Sequential:
    """Return a sequence of residual units with a constant number of channels."""
    return nn.Sequential(*[ResidualUnit(channels, channels) for _ in range(count)])


class Stem(nn.Sequential):
    """Layers before the split: (N, bands, H, W) to (N, base, H, W)."""

    def __init__(self, bands: int, base: int) -> None:
        super().__init__(
            ConvolutionUnit(bands, base, kernel=5),
            residual_units(base, UNITS_AT_FULL_RESOLUTION),
        )


class StreamSplit(nn.Module):
    """Stage that splits the image into the two streams.

    Args:
        bands: number of image channels.
        base: channels of the pooling stream.
        residual: channels of the residual stream.
        normed: whether a batch norm follows the 1x1 convolution, as in the release.
    """

    def __init__(self, bands: int, base: int, residual: int, *, normed: bool) -> None:
        super().__init__()
        self.stem = Stem(bands, base)
        self.narrow = LinearUnit(base, residual, 1) if normed else convolution(base, residual, 1)

    def forward(self, state: State) -> State:
        """Return y (N, base, H, W) and z (N, residual, H, W) of an image (N, bands, H, W)."""
        (image,) = state
        pooling = self.stem(image)
        return pooling, self.narrow(pooling)


class Units(nn.ModuleList):
    """Sequence of the FRRUs of a stage.

    Args:
        inputs: channels of the pooling stream before the first unit.
        outputs: channels of the pooling stream after each unit.
        residual: channels of the residual stream.
        count: number of units.
    """

    def __init__(self, inputs: int, outputs: int, residual: int, count: int) -> None:
        super().__init__(
            FullResolutionUnit(outputs if unit else inputs, outputs, residual)
            for unit in range(count)
        )


class EncoderStage(nn.Module):
    """Pooling of both streams by two, then FRRUs; for the arguments see `Units`."""

    def __init__(self, inputs: int, outputs: int, residual: int, count: int) -> None:
        super().__init__()
        self.units = Units(inputs, outputs, residual, count)

    def forward(self, state: State) -> State:
        """Return the state with one more scale; the new y is (N, outputs, h / 2, w / 2)."""
        pooling, finer, pooled = state[0], state[1:], state[-1]
        pooling = functional.max_pool2d(pooling, 2)  # (N, inputs, h / 2, w / 2)
        pooled = functional.max_pool2d(pooled, 2)  # (N, residual, h / 2, w / 2)
        gained = torch.zeros_like(pooled)
        return _run(self.units, pooling, finer, gained, pooled)


class DecoderStage(nn.Module):
    """Upsampling of both streams by two, then FRRUs; for the arguments see `Units`.

    `alignment` is the pixel alignment of the upsampling of y.
    """

    def __init__(
        self, inputs: int, outputs: int, residual: int, count: int, alignment: str
    ) -> None:
        super().__init__()
        self.enlarge = BilinearDouble(alignment)
        self.units = Units(inputs, outputs, residual, count)

    def forward(self, state: State) -> State:
        """Return the state without its coarsest scale; the new y is (N, outputs, 2 h, 2 w)."""
        pooling, *finer, gained, pooled, gained_below, _ = state
        from_below = repeat_pixels(gained_below)  # (N, residual, 2 h, 2 w)
        pooling = self.enlarge(pooling)  # (N, inputs, 2 h, 2 w)
        return _run(self.units, pooling, tuple(finer), gained + from_below, pooled + from_below)


def _run(units: Units, pooling: Tensor, finer: State, gained: Tensor, pooled: Tensor) -> State:
    for unit in units:
        pooling, residual = unit(pooling, pooled)
        gained, pooled = gained + residual, pooled + residual
    return (pooling, *finer, gained, pooled)


class Merge(nn.Module):
    """Stage that merges the streams and computes the scores.

    Args:
        inputs: channels of the pooling stream.
        residual: channels of the residual stream.
        base: channels of the following residual units.
        classes: number of classes.
        alignment: pixel alignment of the upsampling of y.
        convolved: whether a 1x1 convolution maps both streams to `base` channels, as in tf-frrn;
            otherwise the first residual unit does, with a projection as its shortcut.
    """

    def __init__(
        self,
        inputs: int,
        residual: int,
        base: int,
        classes: int,
        *,
        alignment: str,
        convolved: bool,
    ) -> None:
        super().__init__()
        both = inputs + residual
        self.enlarge = BilinearDouble(alignment)
        self.join = convolution(both, base, 1) if convolved else ResidualUnit(both, base)
        self.units = residual_units(base, UNITS_AT_FULL_RESOLUTION - (not convolved))
        self.score = convolution(base, classes, 1, bias=True)

    def forward(self, state: State) -> State:
        """Return a state with only the scores (N, classes, H, W)."""
        pooling, full, gained, _ = state
        return (self.score(self.units(self.join(self._both(pooling, full, gained)))),)

    def _both(self, pooling: Tensor, full: Tensor, gained: Tensor) -> Tensor:
        """Return both streams at full resolution, (N, inputs + residual, H, W).

        This is the largest map of the network, so no reference to it is kept elsewhere.
        """
        return torch.cat([self.enlarge(pooling), full + repeat_pixels(gained)], dim=1)


def repeat_pixels(maps: Tensor) -> Tensor:
    """Return (N, C, 2 h, 2 w) for (N, C, h, w): nearest-neighbor upsampling by two."""
    return functional.interpolate(maps, scale_factor=2, mode="nearest")
