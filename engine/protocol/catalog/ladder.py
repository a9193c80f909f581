# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Kreso et al., and of the methods they compare with."""

from __future__ import annotations

from typing import Tuple

from .options import Choice, Option
from .row import ArchitectureRow

PAPER = "Kreso et al., Ladder-Style DenseNets for Semantic Segmentation, ICCVW 2017"

STEM_POOL = Option.of(
    "stem_pool", "edge of the stem's max pool: 3 as pretrained, 2 as released", "3", "2"
)
ALIGNMENT = Option.of(
    "alignment",
    "where interpolated pixels lie: by their corners, or from the top left as released",
    "half-pixel",
    "top-left",
)
PROJECTION = Option.of(
    "projection",
    "what a transition up projects: the fine maps, or the enlarged coarse ones as released",
    "skip",
    "upsampled",
)
PYRAMID = Option.of(
    "pyramid",
    "averages of the context: pooled by two three times as released, or bins of the image",
    "successive",
    "psp",
)


def _common(context_stride_px: int) -> Tuple[Option, ...]:
    """Return the options of a network whose context layer works at a stride."""
    rates = (Choice("2"), Choice("1", extra_halo_px=-context_stride_px))
    rate = Option("context_rate", "dilation of the context layer: 2, or 1 as released", rates)
    return (STEM_POOL, rate, ALIGNMENT)


ROWS: Tuple[ArchitectureRow, ...] = (
    ArchitectureRow(
        name="ldn121",
        title="Ladder DenseNet-121",
        paper=PAPER,
        described_in="Section 3, Table 1",
        summary="Strong and lean: sees far and draws fine; wants pretrained weights.",
        stride_px=64,
        halo_px=1536,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=500,
        pretrained="DenseNet-121",
        options=_common(64),
    ),
    ArchitectureRow(
        name="ldn169",
        title="Ladder DenseNet-169",
        paper=PAPER,
        described_in="Section 3, Fig. 1, Table 1",
        summary="The paper's best; half slower than with DenseNet-121, and sees even farther.",
        stride_px=64,
        halo_px=2432,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=500,
        pretrained="DenseNet-169",
        options=_common(64),
    ),
    ArchitectureRow(
        name="ldn169_split34",
        title="Ladder DenseNet-169, blocks 3 and 4 split",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="One more halving for the widest view; a little less exact than without it.",
        stride_px=128,
        halo_px=4480,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=500,
        pretrained="DenseNet-169",
        options=_common(128),
    ),
    ArchitectureRow(
        name="ldn169_spp",
        title="Ladder DenseNet-169 with spatial pyramid",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="A pyramid of averages as context; no gain in the paper, and needs whole images.",
        stride_px=64,
        halo_px=None,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=500,
        pretrained="DenseNet-169",
        not_tileable="Its pyramid averages over cells of up to 512 pixels or the whole image, "
        "which tiles cut elsewhere.",
        options=(STEM_POOL, PYRAMID, ALIGNMENT),
    ),
    ArchitectureRow(
        name="ldn121_single_loss",
        title="Ladder DenseNet-121, single loss",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="The same without the auxiliary loss; a point worse in the paper.",
        stride_px=64,
        halo_px=1536,
        output_stride_px=4,
        recipe="ladder_single",
        memory_mb_per_mpx=500,
        pretrained="DenseNet-121",
        options=_common(64),
    ),
    ArchitectureRow(
        name="ladder_resnet50",
        title="Ladder ResNet-50",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="The ladder on ResNet: three times the parameters, a short halo, less exact.",
        stride_px=32,
        halo_px=352,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=500,
        pretrained="ResNet-50",
        options=(*_common(32), PROJECTION),
    ),
    ArchitectureRow(
        name="dilated8_densenet121",
        title="Dilated DenseNet-121, 8x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Dilation in place of the ladder: as exact to a point, slower and hungrier.",
        stride_px=8,
        halo_px=1056,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=500,
        pretrained="DenseNet-121",
        options=_common(8),
    ),
    ArchitectureRow(
        name="dilated8_resnet50",
        title="Dilated ResNet-50, 8x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Dilation in place of the ladder, on ResNet: slow and hungry for what it gives.",
        stride_px=8,
        halo_px=272,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=700,
        pretrained="ResNet-50",
        options=_common(8),
    ),
    ArchitectureRow(
        name="densenet121_32x",
        title="DenseNet-121, 32x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="A baseline without a way up: quick, but small things and edges are lost.",
        stride_px=32,
        halo_px=1120,
        output_stride_px=32,
        recipe="ladder_single",
        memory_mb_per_mpx=300,
        pretrained="DenseNet-121",
        options=_common(32),
    ),
    ArchitectureRow(
        name="resnet50_32x",
        title="ResNet-50, 32x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="A baseline without a way up, on ResNet: the least exact of the paper.",
        stride_px=32,
        halo_px=320,
        output_stride_px=32,
        recipe="ladder_single",
        memory_mb_per_mpx=300,
        pretrained="ResNet-50",
        options=_common(32),
    ),
)
