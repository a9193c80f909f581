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


def _options(context_stride_px: int) -> Tuple[Option, ...]:
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
        summary="Lean and strong: sees far, draws fine; wants pretrained weights and large tiles.",
        stride_px=64,
        halo_px=1536,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=420,
        pretrained="DenseNet-121",
        options=_options(64),
    ),
    ArchitectureRow(
        name="ldn169",
        title="Ladder DenseNet-169",
        paper=PAPER,
        described_in="Section 3, Fig. 1, Table 1",
        summary="The paper's best, a point above DenseNet-121; sees even farther and takes longer.",
        stride_px=64,
        halo_px=2432,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=390,
        pretrained="DenseNet-169",
        options=_options(64),
    ),
    ArchitectureRow(
        name="ldn169_split34",
        title="Ladder DenseNet-169, blocks 3 and 4 split",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="One more halving for the widest view; a point below the plain one in the paper.",
        stride_px=128,
        halo_px=4480,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=370,
        pretrained="DenseNet-169",
        options=_options(128),
    ),
    ArchitectureRow(
        name="ldn169_spp",
        title="Ladder DenseNet-169 with spatial pyramid",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="A pyramid of averages as context; no gain in the paper, and wants whole images.",
        stride_px=64,
        halo_px=None,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=400,
        pretrained="DenseNet-169",
        not_tileable="Its pyramid averages over cells of up to 512 pixels or over the whole image, "
        "which tiles would cut elsewhere.",
        options=(STEM_POOL, PYRAMID, ALIGNMENT),
    ),
    ArchitectureRow(
        name="ldn121_single_loss",
        title="Ladder DenseNet-121, single loss",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Trained without the auxiliary loss; a point below the plain one in the paper.",
        stride_px=64,
        halo_px=1536,
        output_stride_px=4,
        recipe="ladder_single",
        memory_mb_per_mpx=420,
        pretrained="DenseNet-121",
        options=_options(64),
    ),
    ArchitectureRow(
        name="ladder_resnet50",
        title="Ladder ResNet-50",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="The ladder on ResNet: three points less and a larger model, but a short halo.",
        stride_px=32,
        halo_px=352,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=490,
        pretrained="ResNet-50",
        options=(*_options(32), PROJECTION),
    ),
    ArchitectureRow(
        name="dilated8_densenet121",
        title="Dilated DenseNet-121, 8x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Dilation in place of the ladder: a point less, twice as slow, more memory.",
        stride_px=8,
        halo_px=1056,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=510,
        pretrained="DenseNet-121",
        options=_options(8),
    ),
    ArchitectureRow(
        name="dilated8_resnet50",
        title="Dilated ResNet-50, 8x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Dilation in place of the ladder: no gain on ResNet, and several times slower.",
        stride_px=8,
        halo_px=272,
        output_stride_px=4,
        recipe="ladder",
        memory_mb_per_mpx=810,
        pretrained="ResNet-50",
        options=_options(8),
    ),
    ArchitectureRow(
        name="densenet121_32x",
        title="DenseNet-121, 32x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="A baseline without a way up: quick, but small objects and edges are lost.",
        stride_px=32,
        halo_px=1120,
        output_stride_px=32,
        recipe="ladder_single",
        memory_mb_per_mpx=250,
        pretrained="DenseNet-121",
        options=_options(32),
    ),
    ArchitectureRow(
        name="resnet50_32x",
        title="ResNet-50, 32x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="A baseline without a way up: quick, and the weakest of the paper.",
        stride_px=32,
        halo_px=320,
        output_stride_px=32,
        recipe="ladder_single",
        memory_mb_per_mpx=370,
        pretrained="ResNet-50",
        options=_options(32),
    ),
)
