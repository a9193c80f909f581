# SPDX-License-Identifier: GPL-2.0-or-later
"""The paper's configurations put together: which trunk, which context, which way up.

I. Kreso, S. Segvic, J. Krapac, Ladder-Style DenseNets for Semantic Segmentation of Large
Natural Images, ICCV Workshops 2017, Section 5.2 and Table 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..backbones import densenet, resnet
from ..blocks import scaled
from ..enlarging import ENLARGE, Enlarge
from .context import Context, Pyramid
from .network import Ladder
from .transition_up import TransitionUp, TransitionUpReleased

if TYPE_CHECKING:
    from collections.abc import Sequence

    Up = TransitionUp | TransitionUpReleased
    Trunk = densenet.DenseNetTrunk | resnet.ResNetTrunk

UP_WIDTH = 128
PROJECTIONS: dict[str, tuple[type[Up], int]] = {  # and the channels of the context
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
    """Return a ladder on DenseNet, or its baseline.

    Args:
        bands: channels of the input.
        classes: channels of the scores.
        depth: `121` or `169`.
        splits: numbers of the dense blocks that are split in halves.
        dilations: of the four dense blocks.
        climbs: has transitions up; the baseline has none.
        auxiliary: has an auxiliary loss.
        width: share of the paper's channels.
        stem_pool: edge of the stem's max pool.
        context_rate: dilation of the context layer.
        alignment: of enlarged maps, a name of `ENLARGE`.
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
    """Return a ladder on DenseNet with a pyramid of averages in place of the context layer.

    Args:
        bands: channels of the input.
        classes: channels of the scores.
        depth: `121` or `169`.
        splits: numbers of the dense blocks that are split in halves.
        width: share of the paper's channels.
        stem_pool: edge of the stem's max pool.
        pyramid: `successive` or `psp`.
        alignment: of enlarged maps, a name of `ENLARGE`.
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
    """Return a ladder on ResNet-50, or its baseline.

    Args:
        bands: channels of the input.
        classes: channels of the scores.
        dilations: of the four layers.
        climbs: has transitions up; the baseline has none.
        auxiliary: has an auxiliary loss.
        width: share of the paper's channels.
        stem_pool: edge of the stem's max pool.
        context_rate: dilation of the context layer.
        alignment: of enlarged maps, a name of `ENLARGE`.
        projection: what a transition up projects, `skip` or `upsampled` maps.
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
    """Return a transition up to every tap that is finer than the coarsest one."""
    outputs = scaled(UP_WIDTH, width)
    taps = zip(trunk.widths, trunk.strides, strict=True)
    rungs = [channels for channels, stride in taps if stride < trunk.strides[-1]]
    ups: list[Up] = []
    for fine in reversed(rungs):
        ups.append(up(inputs, fine, outputs, enlarge))
        inputs = outputs
    return ups
