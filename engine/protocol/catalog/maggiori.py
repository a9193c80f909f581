# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Maggiori et al., and of the methods they compare with."""

from __future__ import annotations

from typing import Tuple

from .row import ArchitectureRow

PAPER = "Maggiori et al., High-Resolution Aerial Image Labeling with CNNs, TGRS 2017"

ROWS: Tuple[ArchitectureRow, ...] = (
    ArchitectureRow(
        name="maggiori_fcn",
        title="Base FCN",
        paper=PAPER,
        described_in="Section V-B, Table I",
        summary="Small and fast; edges are soft because it predicts at 1/16 of the resolution.",
        stride_px=16,
        halo_px=80,
        output_stride_px=16,
        recipe="maggiori",
        memory_mb_per_mpx=35,
    ),
    ArchitectureRow(
        name="maggiori_unpool_max",
        title="Unpooling network, max",
        paper=PAPER,
        described_in="Sections III-B and V-B",
        summary="Mirrored decoder that puts values back where the maxima were.",
        stride_px=16,
        halo_px=128,
        output_stride_px=1,
        recipe="maggiori",
        memory_mb_per_mpx=120,
    ),
    ArchitectureRow(
        name="maggiori_unpool_avg",
        title="Unpooling network, average",
        paper=PAPER,
        described_in="Section III-B, Fig. 5",
        summary="Mirrored decoder that spreads values evenly; smoother than max unpooling.",
        stride_px=16,
        halo_px=128,
        output_stride_px=1,
        recipe="maggiori",
        memory_mb_per_mpx=120,
    ),
    ArchitectureRow(
        name="maggiori_skip",
        title="Skip network",
        paper=PAPER,
        described_in="Sections III-C and V-B",
        summary="Adds the scores of four resolutions; sharp edges for hardly more work.",
        stride_px=16,
        halo_px=80,
        output_stride_px=2,
        recipe="maggiori",
        memory_mb_per_mpx=60,
    ),
    ArchitectureRow(
        name="maggiori_mlp",
        title="MLP network",
        paper=PAPER,
        described_in="Sections IV and V-B",
        summary="Learns how to combine four resolutions; the paper's best, and ours by default.",
        stride_px=16,
        halo_px=80,
        output_stride_px=2,
        recipe="maggiori",
        memory_mb_per_mpx=90,
    ),
)
