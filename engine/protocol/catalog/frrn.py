# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Pohlen et al. and their baseline."""

from __future__ import annotations

from typing import Tuple

from .options import Choice, Option
from .row import ArchitectureRow

PAPER = "Pohlen et al., Full-Resolution Residual Networks for Semantic Segmentation, CVPR 2017"

ALIGNMENT = Option(
    "alignment",
    "pixel alignment of the bilinear upsampling, which the paper does not specify",
    (Choice("half-pixel"), Choice("top-left"), Choice("corners", whole_image=True)),
)
SPLIT_BN = Option.of(
    "split_bn", "batch norm where the streams split, as in the release", "yes", "no"
)
MERGE = Option.of(
    "merge",
    "projection of the merged streams: a residual unit as in the release, or a 1x1 convolution",
    "projection",
    "convolution",
)
SKIPS = Option.of(
    "skips",
    "addition of long skips with fewer channels: zero-padded, or after a 1x1 convolution",
    "add",
    "match",
)

ROWS: Tuple[ArchitectureRow, ...] = (
    ArchitectureRow(
        name="frrn_a",
        title="FRRN A",
        paper=PAPER,
        described_in="Section 3, Table 1",
        summary="Accurate boundaries without pretraining; slow and memory-intensive at full size.",
        stride_px=16,
        halo_px=240,
        output_stride_px=1,
        recipe="frrn",
        options=(SPLIT_BN, MERGE, ALIGNMENT),
    ),
    ArchitectureRow(
        name="frrn_b",
        title="FRRN B",
        paper=PAPER,
        described_in="Section 3, Table 1",
        summary="FRRN A with one more scale and nearly twice the receptive field, for fine images.",
        stride_px=32,
        halo_px=448,
        output_stride_px=1,
        recipe="frrn",
        options=(SPLIT_BN, MERGE, ALIGNMENT),
    ),
    ArchitectureRow(
        name="frrn_resnet_baseline",
        title="ResNet encoder/decoder",
        paper=PAPER,
        described_in="Section 5.1",
        summary="FRRN A without its second stream; faster, less accurate in the paper.",
        stride_px=16,
        halo_px=240,
        output_stride_px=1,
        recipe="frrn",
        options=(SKIPS, ALIGNMENT),
    ),
)
