# SPDX-License-Identifier: GPL-2.0-or-later
"""FRRN A and B: a full-resolution residual stream and a pooling stream, coupled by units.

    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Table 1.
Where Table 1 is ambiguous (the batch norm after the split, the projection at the merge), this
follows the authors' code: https://github.com/TobyPDE/FRRN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..blocks import scaled
from .chain import Chain
from .stages import DecoderStage, EncoderStage, Merge, StreamSplit

if TYPE_CHECKING:
    from torch import nn

BASE = 48  # channels before the split and after the merge
RESIDUAL = 32  # channels of the residual stream


@dataclass(frozen=True)
class FrrnConfig:
    """Layout of a network in Table 1.

    Args:
        encoder: number of FRRUs and their channels at each scale, from stride 2 to the coarsest.
        decoder: number of FRRUs and their channels at each scale, back to stride 2.
        cuts: numbers of stages after which checkpointed blocks end, as in the authors' code.
    """

    encoder: tuple[tuple[int, int], ...]
    decoder: tuple[tuple[int, int], ...]
    cuts: tuple[int, ...]


FRRN_A = FrrnConfig(
    encoder=((3, 96), (4, 192), (2, 384), (2, 384)),
    decoder=((2, 192), (2, 192), (2, 96)),
    cuts=(1,),  # after the split
)
FRRN_B = FrrnConfig(
    encoder=((3, 96), (4, 192), (2, 384), (2, 384), (2, 384)),
    decoder=((2, 192), (2, 192), (2, 192), (2, 96)),
    cuts=(1, 2, 6, 10),  # after the split, stride 2, stride 32, and stride 2 on the way up
)


class Frrn(Chain):
    """Full-resolution residual network.

    Args:
        bands: number of input channels.
        classes: number of classes.
        plan: layout, `FRRN_A` or `FRRN_B`.
        split_bn: "yes" for a batch norm after the convolution at the split, as in the release, or
            "no".
        merge: reduction of 128 channels to 48 at the merge: "projection" in the first residual
            unit, as in the release, or "convolution" for a 1x1 convolution, as in other code.
        alignment: pixel alignment of bilinear upsampling: "half-pixel", "top-left" or "corners".
        width: multiplier of the paper's channels.
    """

    def __init__(
        self,
        bands: int,
        classes: int,
        *,
        plan: FrrnConfig,
        split_bn: str = "yes",
        merge: str = "projection",
        alignment: str = "half-pixel",
        width: float = 1.0,
    ) -> None:
        base, residual = scaled(BASE, width), scaled(RESIDUAL, width)
        stages: list[nn.Module] = [StreamSplit(bands, base, residual, normed=split_bn == "yes")]
        inputs = base
        for count, channels in plan.encoder:
            outputs = scaled(channels, width)
            stages.append(EncoderStage(inputs, outputs, residual, count))
            inputs = outputs
        for count, channels in plan.decoder:
            outputs = scaled(channels, width)
            stages.append(DecoderStage(inputs, outputs, residual, count, alignment))
            inputs = outputs
        convolved = merge == "convolution"
        stages.append(
            Merge(inputs, residual, base, classes, alignment=alignment, convolved=convolved)
        )
        super().__init__(stages, plan.cuts)
