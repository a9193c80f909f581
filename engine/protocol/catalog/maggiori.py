# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Maggiori et al., and of the methods they compare with."""

from __future__ import annotations

from typing import Tuple

from .options import Choice, Option
from .row import ArchitectureRow

PAPER = "Maggiori et al., High-Resolution Aerial Image Labeling with CNNs, TGRS 2017"

STYLE_SUMMARY = (
    "paper: batch norm scales and shifts, convolutions have no bias; release: the other way around"
)
STYLE = Option.of("style", STYLE_SUMMARY, "paper", "release")
RELEASED_STYLE = Option.of("style", STYLE_SUMMARY, "release", "paper")
RESOLUTION = Option(
    "resolution",
    "half: the image is halved and the scores are doubled, as the paper does for Potsdam's 5 cm",
    (Choice("full"), Choice("half", scale=2)),
)
LEARN_UPSAMPLE = Option.of(
    "learn_upsample",
    "train the upsampling, as the released base FCN; the paper does not say",
    "no",
    "yes",
)
DENSE_POOLS = Option.of(
    "dense_pools",
    "a dilated pool looks at its whole window, as in a re-implementation, not at nine pixels",
    "no",
    "yes",
)

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
        options=(STYLE, LEARN_UPSAMPLE, RESOLUTION),
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
        options=(STYLE, RESOLUTION),
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
        options=(STYLE, RESOLUTION),
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
        options=(STYLE, RESOLUTION),
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
        options=(STYLE, RESOLUTION),
    ),
    ArchitectureRow(
        name="maggiori_mlp_release128",
        title="MLP network as released",
        paper=PAPER,
        described_in="The authors' code; not in the paper",
        summary="What the authors published as their MLP: linear, and a third smaller.",
        stride_px=16,
        halo_px=80,
        output_stride_px=2,
        recipe="maggiori",
        memory_mb_per_mpx=70,
        options=(RELEASED_STYLE, RESOLUTION),
    ),
    ArchitectureRow(
        name="sherrah_dilation",
        title="Dilation network (Sherrah)",
        paper=PAPER,
        described_in="Section III-A, Tables IV to VI; Sherrah, arXiv 2016",
        summary="Never downsamples, so edges are sharp; much the slowest, and sees 99 pixels.",
        stride_px=1,
        halo_px=49,
        output_stride_px=1,
        recipe="modern",
        memory_mb_per_mpx=9000,
        options=(DENSE_POOLS,),
    ),
    ArchitectureRow(
        name="sherrah_downsampling",
        title="Downsampling twin (Sherrah)",
        paper=PAPER,
        described_in="Section III-A; Sherrah, arXiv 2016",
        summary="The same layers with downsampling: some hundred times less work, soft edges.",
        stride_px=16,
        halo_px=80,
        output_stride_px=16,
        recipe="modern",
        memory_mb_per_mpx=220,
    ),
    ArchitectureRow(
        name="volpi_tuia_deconv",
        title="Deconvolution network (Volpi & Tuia)",
        paper=PAPER,
        described_in="Section III-B, Table IV; Volpi & Tuia, TGRS 2017",
        summary="Learns how to enlarge; sharp but heavy, and sees less than 90 pixels.",
        stride_px=8,
        halo_px=40,
        output_stride_px=1,
        recipe="modern",
        memory_mb_per_mpx=3000,
    ),
    ArchitectureRow(
        name="vgg_dsm",
        title="VGG + DSM",
        paper=PAPER,
        described_in="Section V-D, Table V; Sherrah, arXiv 2016",
        summary="Two streams, pretrained for the image; wants VGG-16 weights, soft edges.",
        stride_px=32,
        halo_px=224,
        output_stride_px=32,
        recipe="modern",
        memory_mb_per_mpx=700,
        pretrained="VGG-16",
    ),
    ArchitectureRow(
        name="vgg_dsm_dilation",
        title="VGG + DSM, dilated",
        paper=PAPER,
        described_in="Section V-D, Table V; Sherrah, arXiv 2016",
        summary="The best overall accuracy of the paper's table; heavy, wants VGG-16 weights.",
        stride_px=8,
        halo_px=200,
        output_stride_px=8,
        recipe="modern",
        memory_mb_per_mpx=1300,
        pretrained="VGG-16",
    ),
)
