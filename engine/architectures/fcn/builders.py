# SPDX-License-Identifier: GPL-2.0-or-later
"""Builders of the networks in the paper's tables: features and heads.

E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
IEEE TPAMI 39(4), 2017, Tables 1, 3, 5 and 6, Section 6.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ..backbones.first_layer import COLORS, widen_first_layer
from ..streams import Streams
from .features import AlexNetFeatures, GoogLeNetFeatures, VggFeatures, VggPool
from .head import UNIT_SCALES
from .hha import CHANNELS, HeightEncoding, HeightsOnly
from .late_fusion import LateFusionFcn
from .network import Fcn, NullBackgroundFcn, TwoHeadedFcn

if TYPE_CHECKING:
    from torch import nn

RELEASED = "pad100"
AT_ONCE = (1.0, 0.01, 0.0001)  # balances the magnitudes of the taps; from the release
SKIPS = {"32": 0, "16": 1, "8": 2}  # number of skips by finest stride


def alexnet(
    bands: int, classes: int, *, width: float = 1.0, padding: str = RELEASED, trunk: str = "caffe"
) -> Fcn:
    """Return FCN-AlexNet."""
    features = AlexNetFeatures(bands, trunk, released=padding == RELEASED, width=width)
    return Fcn(features, classes)


def vgg(
    bands: int,
    classes: int,
    *,
    skips: int = 0,
    at_once: bool = False,
    width: float = 1.0,
    padding: str = RELEASED,
    interpolation: str = "learned",
) -> Fcn:
    """Return FCN-32s, FCN-16s (one skip) or FCN-8s (two)."""
    features = VggFeatures(bands, released=padding == RELEASED, skips=skips, width=width)
    learned = interpolation == "learned"
    return Fcn(features, classes, learned=learned, scales=AT_ONCE if at_once else UNIT_SCALES)


def vgg_fixed(bands: int, classes: int, *, width: float = 1.0, padding: str = RELEASED) -> Fcn:
    """Return FCN-32s with frozen features, of which only the score layer is trained."""
    network = vgg(bands, classes, width=width, padding=padding)
    network.features.requires_grad_(False)
    return network


def vgg_pool(
    bands: int, classes: int, *, last_pool: int, width: float = 1.0, padding: str = RELEASED
) -> Fcn:
    """Return VGG-16 up to a pool with a score layer."""
    features = VggPool(bands, last_pool, released=padding == RELEASED, width=width)
    return Fcn(features, classes)


def googlenet(
    bands: int,
    classes: int,
    *,
    width: float = 1.0,
    trunk: str = "caffe",
    alignment: str = "half-pixel",
) -> Fcn:
    """Return FCN-GoogLeNet."""
    features = GoogLeNetFeatures(bands, trunk, aligned=alignment == "exact", width=width)
    return Fcn(features, classes)


def early_fusion(bands: int, classes: int, *, width: float = 1.0, padding: str = RELEASED) -> Fcn:
    """Return FCN-32s whose filters for additional bands start as the mean of the color filters."""
    network = vgg(bands, classes, width=width, padding=padding)
    first: nn.Parameter = network.get_parameter("features.trunk.stages.0.0.weight")
    if bands > COLORS:
        with torch.no_grad():
            first.copy_(widen_first_layer(first[:, :COLORS], bands))
    return network


def heights_alone(
    bands: int,
    classes: int,
    *,
    width: float = 1.0,
    padding: str = RELEASED,
    encoding: str = "hha",
) -> Fcn:
    """Return FCN-32s for the heights in the last band; the other bands are ignored."""
    del bands
    channels, encoder = (CHANNELS, HeightEncoding()) if encoding == "hha" else (1, HeightsOnly())
    features = VggFeatures(channels, released=padding == RELEASED, width=width)
    return Fcn(features, classes, encoding=encoder)


def late_fusion(
    bands: int,
    classes: int,
    *,
    width: float = 1.0,
    padding: str = RELEASED,
    encoding: str = "raw",
    fusion: str = "average",
) -> LateFusionFcn:
    """Return two FCN-32s, one for the image and one for the heights, with combined scores."""
    streams, encoder = Streams.of(bands), None
    if encoding == "hha":
        kept = streams.image_bands
        streams, encoder = Streams(kept + CHANNELS, kept, kept), HeightEncoding(kept)
    return LateFusionFcn(
        streams,
        classes,
        encoding=encoder,
        released=padding == RELEASED,
        average=fusion == "average",
        width=width,
    )


def two_headed(
    bands: int,
    classes: int,
    *,
    width: float = 1.0,
    finest_stride: str = "8",
    padding: str = RELEASED,
    interpolation: str = "learned",
) -> TwoHeadedFcn:
    """Return FCN-8s, FCN-16s or FCN-32s with a second head for geometry."""
    skips = SKIPS[finest_stride]
    features = VggFeatures(bands, released=padding == RELEASED, skips=skips, width=width)
    return TwoHeadedFcn(features, classes, learned=interpolation == "learned")


def null_background(
    bands: int, classes: int, *, width: float = 1.0, padding: str = RELEASED
) -> NullBackgroundFcn:
    """Return FCN-32s whose score for the first class, the background, is fixed at zero."""
    features = VggFeatures(bands, released=padding == RELEASED, width=width)
    return NullBackgroundFcn(features, classes)
