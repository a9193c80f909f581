# SPDX-License-Identifier: GPL-2.0-or-later
"""Builders of the paper's configurations: trunk, context and transitions up.

I. Kreso, S. Segvic, J. Krapac, Ladder-Style DenseNets for Semantic Segmentation of Large
Natural Images, ICCV Workshops 2017, Section 5.2 and Table 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..backbones import densenet, resnet
from ..blocks import scaled
from ..interpolation import ENLARGE, Enlarge
from .context import Context, Pyramid
from .network import Ladder
from .transition_up import TransitionUp, TransitionUpReleased

if TYPE_CHECKING:
    from collections.abc import Sequence

    Up = TransitionUp | TransitionUpReleased
    Trunk = densenet.DenseNetTrunk | resnet.ResNetTrunk

UP_WIDTH = 128
PROJECTIONS: dict[str, tuple[type[Up], int]] = {  # transition up and channels of the context
    "skip": (TransitionUp, UP_WIDTH),
    "upsampled": (TransitionUpReleased, 256),
}


def densenet_ladder(
    bands: int,
    classes: int,
    *,
    depth: str = "121",
    splits: Sequence[int] = (),
    dilations: Sequence[int] = (1, 1, 1, 1),
    climbs: bool = True,
    auxiliary: bool = True,
    width: float = 1.0,
    stem_pool: str = "3",
    context_rate: str = "2",
    alignment: str = "half-pixel",
) -> Ladder:
    """Return a ladder network with a DenseNet trunk, or its baseline.

    Args:
        bands: number of input channels.
        classes: number of classes.
        depth: depth of the DenseNet, `121` or `169`.
        splits: one-based numbers of the dense blocks that are split in halves.
        dilations: dilations of the four dense blocks.
        climbs: whether the network has transitions up; the baseline has none.
        auxiliary: whether the network has an auxiliary loss.
        width: multiplier of the paper's channels.
        stem_pool: kernel size of the stem's max pool.
        context_rate: dilation of the context layer.
        alignment: pixel alignment of the upsampling, a key of `ENLARGE`.
    """
    enlarge, layers = ENLARGE[alignment], densenet.LAYERS[depth]
    trunk = densenet.DenseNetTrunk(
        bands,
        layers,
        dilations=dilations,
        splits=splits,
        stem_pool=int(stem_pool),
        width=width,
    )
    outputs = scaled(UP_WIDTH, width)
    context = Context(trunk.widths[-1], outputs, rate=int(context_rate), width=width)
    ups = _ups(trunk, outputs, enlarge, width) if climbs else []
    return Ladder(trunk, context, ups, classes=classes, auxiliary=auxiliary, enlarge=enlarge)


def densenet_pyramid_ladder(
    bands: int,
    classes: int,
    *,
    depth: str = "169",
    splits: Sequence[int] = (4,),
    width: float = 1.0,
    stem_pool: str = "3",
    pyramid: str = "successive",
    alignment: str = "half-pixel",
) -> Ladder:
    """Return a ladder network with a DenseNet trunk and spatial pyramid pooling as context.

    Args:
        bands: number of input channels.
        classes: number of classes.
        depth: depth of the DenseNet, `121` or `169`.
        splits: one-based numbers of the dense blocks that are split in halves.
        width: multiplier of the paper's channels.
        stem_pool: kernel size of the stem's max pool.
        pyramid: type of pyramid, `successive` or `psp`.
        alignment: pixel alignment of the upsampling, a key of `ENLARGE`.
    """
    enlarge, layers = ENLARGE[alignment], densenet.LAYERS[depth]
    trunk = densenet.DenseNetTrunk(
        bands, layers, splits=splits, stem_pool=int(stem_pool), width=width
    )
    context = Pyramid(trunk.widths[-1], pyramid, enlarge=enlarge, width=width)
    ups = _ups(trunk, context.outputs, enlarge, width)
    return Ladder(trunk, context, ups, classes=classes, enlarge=enlarge)


def resnet_ladder(
    bands: int,
    classes: int,
    *,
    dilations: Sequence[int] = (1, 1, 1, 1),
    climbs: bool = True,
    auxiliary: bool = True,
    width: float = 1.0,
    stem_pool: str = "3",
    context_rate: str = "2",
    alignment: str = "half-pixel",
    projection: str = "skip",
) -> Ladder:
    """Return a ladder network with a ResNet-50 trunk, or its baseline.

    Args:
        bands: number of input channels.
        classes: number of classes.
        dilations: dilations of the four layers.
        climbs: whether the network has transitions up; the baseline has none.
        auxiliary: whether the network has an auxiliary loss.
        width: multiplier of the paper's channels.
        stem_pool: kernel size of the stem's max pool.
        context_rate: dilation of the context layer.
        alignment: pixel alignment of the upsampling, a key of `ENLARGE`.
        projection: maps that a transition up projects, `skip` or `upsampled`.
    """
    enlarge, layers = ENLARGE[alignment], resnet.LAYERS["50"]
    trunk = resnet.ResNetTrunk(
        bands, layers, dilations=dilations, stem_pool=int(stem_pool), width=width
    )
    up, channels = PROJECTIONS[projection]
    outputs = scaled(channels, width)
    context = Context(trunk.widths[-1], outputs, rate=int(context_rate), width=width)
    ups = _ups(trunk, outputs, enlarge, width, up) if climbs else []
    return Ladder(trunk, context, ups, classes=classes, auxiliary=auxiliary, enlarge=enlarge)


def _ups(
    trunk: Trunk, inputs: int, enlarge: Enlarge, width: float, up: type[Up] = TransitionUp
) -> list[Up]:
    """Return a transition up for every tap finer than the coarsest one, coarse to fine."""
    outputs = scaled(UP_WIDTH, width)
    taps = zip(trunk.widths, trunk.strides, strict=True)
    fine_channels = [channels for channels, stride in taps if stride < trunk.strides[-1]]
    ups: list[Up] = []
    for fine in reversed(fine_channels):
        ups.append(up(inputs, fine, outputs, enlarge))
        inputs = outputs
    return ups
