# SPDX-License-Identifier: GPL-2.0-or-later
"""Sherrah's networks: the same five convolutions and four pools, with and without downsampling.

A pool with stride one instead of two doubles the dilation of all following layers, including
pools: this computes the result of shift-and-stitch in one pass. It can be applied to any subset of
the pools.

    J. Sherrah, Fully Convolutional Networks for Dense Semantic Labelling of High-Resolution
    Aerial Imagery, arXiv:1606.02585, 2016; compared in E. Maggiori et al., IEEE TGRS 55(12), 2017,
    Section III-A. The layers follow a third-party re-implementation; the pools are the choice of
    this project, while the re-implementation pools full windows of 3, 5, 9 and 17 pixels.
"""

from __future__ import annotations

from math import prod
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from ..bilinear import BilinearUpsample
from ..blocks import initialized, scaled, score_layer
from ..crf import WithCrf, crf_of

LAYERS = ((5, 32), (5, 96), (3, 128), (3, 196), (3, 1024))  # kernel, channels; a pool in between
DILATED = (1, 1, 1, 1)  # strides of the four pools
DOWNSAMPLING = (2, 2, 2, 2)


class SherrahTrunk(nn.Module):
    """Feature extractor of Sherrah's networks.

    Args:
        bands: number of input channels.
        strides: strides of the four pools, 1 or 2 each; a stride of 1 dilates the layers after it.
        dense_pools: whether dilated pools use their full window instead of nine pixels of it.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        strides: tuple[int, ...],
        *,
        dense_pools: bool = False,
        width: float = 1.0,
    ) -> None:
        super().__init__()
        self.strides, self.dense_pools = strides, dense_pools
        self.dilations = [prod(2 // stride for stride in strides[:pools]) for pools in range(5)]
        self.convs = nn.ModuleList()
        inputs = bands
        for (kernel, channels), dilation in zip(LAYERS, self.dilations, strict=True):
            self.convs.append(_conv(inputs, scaled(channels, width), kernel, dilation))
            inputs = scaled(channels, width)
        self.second = _conv(inputs, inputs, 1, 1)
        self.outputs = inputs

    def forward(self, image: Tensor) -> Tensor:
        """Return maps (N, 1024, H / s, W / s), s the product of the pools' strides."""
        maps = functional.relu(self.convs[0](image), inplace=True)
        for conv, stride, dilation in zip(
            self.convs[1:], self.strides, self.dilations[:4], strict=True
        ):
            pooled = pool(maps, stride, dilation, dense=self.dense_pools)  # (N, C, h / s, w / s)
            maps = functional.relu(conv(pooled), inplace=True)
        return functional.relu(self.second(maps), inplace=True)


class Sherrah(nn.Module):
    """Trunk, classifier and upsampling to full resolution.

    Args:
        bands: number of input channels.
        classes: number of classes.
        strides: strides of the four pools.
        dense_pools: `yes` or `no`, see `SherrahTrunk`.
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        classes: int,
        *,
        strides: tuple[int, ...],
        dense_pools: str = "no",
        width: float = 1.0,
    ) -> None:
        super().__init__()
        self.trunk = SherrahTrunk(bands, strides, dense_pools=dense_pools == "yes", width=width)
        self.score = score_layer(self.trunk.outputs, classes)
        stride_px = prod(strides)
        self.upsample = BilinearUpsample(stride_px) if stride_px > 1 else nn.Identity()

    def forward(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H, W) of an image (N, bands, H, W)."""
        return self.upsample(self.score(self.trunk(image)))


def dilation_with_crf(
    bands: int,
    classes: int,
    *,
    crf: str = "dense",
    crf_settings: str = "deeplab_largefov",
    **options: Any,
) -> WithCrf:
    """Return the dilated network followed by a CRF, which is skipped in training."""
    unary = Sherrah(bands, classes, strides=DILATED, **options)
    return WithCrf(unary, crf_of(classes, crf, crf_settings))


def pool(maps: Tensor, stride: int, dilation: int, *, dense: bool = False) -> Tensor:
    """Return maxima of 3x3 values `dilation` apart, (N, C, H / stride, W / stride).

    Args:
        maps: non-negative feature maps, (N, C, H, W), padded with zeros.
        stride: stride of the windows.
        dilation: distance between the values.
        dense: whether to include all values in between.
    """
    window = 2 * dilation + 1
    bordered = functional.pad(maps, (dilation,) * 4)  # (N, C, H + 2 dilation, W + 2 dilation)
    if dense:
        return functional.max_pool2d(bordered, window, stride)
    return functional.max_pool2d(bordered, 3, stride, dilation=dilation)


def _conv(inputs: int, outputs: int, kernel: int, dilation: int) -> nn.Conv2d:
    padding = dilation * (kernel // 2)
    return initialized(nn.Conv2d(inputs, outputs, kernel, padding=padding, dilation=dilation))
