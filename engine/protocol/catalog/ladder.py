# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Kreso et al. and their baselines."""

from __future__ import annotations

from typing import Tuple

from .options import Choice, Option
from .row import ArchitectureRow

PAPER = "Kreso et al., Ladder-Style DenseNets for Semantic Segmentation, ICCVW 2017"

STEM_POOL = Option.of(
    "stem_pool", "kernel size of the stem's max pool: 3 as pretrained, 2 as released", "3", "2"
)
ALIGNMENT = Option.of(
    "alignment",
    "pixel alignment of the interpolation: half-pixel centers, or top left as released",
    "half-pixel",
    "top-left",
)
PROJECTION = Option.of(
    "projection",
    "input of the projection in a transition up: fine maps, or upsampled coarse ones as released",
    "skip",
    "upsampled",
)
PYRAMID = Option.of(
    "pyramid",
    "context pooling: average pools by two, three times, as released, or bins of the image",
    "successive",
    "psp",
)


def _options(context_stride_px: int) -> Tuple[Option, ...]:
    """Return the options of a network whose context layer has this stride."""
    rates = (Choice("2"), Choice("1", extra_halo_px=-context_stride_px))
    rate = Option("context_rate", "dilation of the context layer: 2, or 1 as released", rates)
    return (STEM_POOL, rate, ALIGNMENT)


ROWS: Tuple[ArchitectureRow, ...] = (
    ArchitectureRow(
        name="ldn121",
        title="Ladder DenseNet-121",
        paper=PAPER,
        described_in="Section 3, Table 1",
        summary="Small and accurate: large receptive field, fine edges; pretrained, large tiles.",
        stride_px=64,
        halo_px=1536,
        output_stride_px=4,
        recipe="ladder",
        pretrained="DenseNet-121",
        options=_options(64),
    ),
    ArchitectureRow(
        name="ldn169",
        title="Ladder DenseNet-169",
        paper=PAPER,
        described_in="Section 3, Fig. 1, Table 1",
        summary="The paper's best, a point above DenseNet-121; larger receptive field, slower.",
        stride_px=64,
        halo_px=2432,
        output_stride_px=4,
        recipe="ladder",
        pretrained="DenseNet-169",
        options=_options(64),
    ),
    ArchitectureRow(
        name="ldn169_split34",
        title="Ladder DenseNet-169, blocks 3 and 4 split",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="One more downsampling for the largest context; a point below ldn169 in the paper.",
        stride_px=128,
        halo_px=4480,
        output_stride_px=4,
        recipe="ladder",
        pretrained="DenseNet-169",
        options=_options(128),
    ),
    ArchitectureRow(
        name="ldn169_spp",
        title="Ladder DenseNet-169 with spatial pyramid",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Spatial pyramid pooling as context; no gain in the paper, needs whole images.",
        stride_px=64,
        halo_px=None,
        output_stride_px=4,
        recipe="ladder",
        pretrained="DenseNet-169",
        not_tileable="Its pyramid averages over cells of up to 512 pixels or over the whole image, "
        "and tiles would change these cells.",
        options=(STEM_POOL, PYRAMID, ALIGNMENT),
    ),
    ArchitectureRow(
        name="ldn121_single_loss",
        title="Ladder DenseNet-121, single loss",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Trained without the auxiliary loss; a point below ldn121 in the paper.",
        stride_px=64,
        halo_px=1536,
        output_stride_px=4,
        recipe="ladder_single",
        pretrained="DenseNet-121",
        options=_options(64),
    ),
    ArchitectureRow(
        name="ladder_resnet50",
        title="Ladder ResNet-50",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="The ladder on ResNet: larger and three points less accurate, but a small halo.",
        stride_px=32,
        halo_px=352,
        output_stride_px=4,
        recipe="ladder",
        pretrained="ResNet-50",
        options=(*_options(32), PROJECTION),
    ),
    ArchitectureRow(
        name="dilated8_densenet121",
        title="Dilated DenseNet-121, 8x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Dilation instead of the ladder: a point less, half the speed, more memory.",
        stride_px=8,
        halo_px=1056,
        output_stride_px=4,
        recipe="ladder",
        pretrained="DenseNet-121",
        options=_options(8),
    ),
    ArchitectureRow(
        name="dilated8_resnet50",
        title="Dilated ResNet-50, 8x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Dilation instead of the ladder: no gain on ResNet, and several times slower.",
        stride_px=8,
        halo_px=272,
        output_stride_px=4,
        recipe="ladder",
        pretrained="ResNet-50",
        options=_options(8),
    ),
    ArchitectureRow(
        name="densenet121_32x",
        title="DenseNet-121, 32x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Baseline without upsampling path: fast, but loses small objects and edges.",
        stride_px=32,
        halo_px=1120,
        output_stride_px=32,
        recipe="ladder_single",
        pretrained="DenseNet-121",
        options=_options(32),
    ),
    ArchitectureRow(
        name="resnet50_32x",
        title="ResNet-50, 32x",
        paper=PAPER,
        described_in="Section 5.2, Table 1",
        summary="Baseline without upsampling path: fast, and the least accurate of the paper.",
        stride_px=32,
        halo_px=320,
        output_stride_px=32,
        recipe="ladder_single",
        pretrained="ResNet-50",
        options=_options(32),
    ),
)
