# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Maggiori et al. and the methods they compare with."""

from __future__ import annotations

from typing import Tuple

from .crf import CRF_SETTINGS, DENSE, coupling
from .options import Choice, Option
from .row import ArchitectureRow

PAPER = "Maggiori et al., High-Resolution Aerial Image Labeling with CNNs, TGRS 2017"

STYLE_SUMMARY = (
    "paper: affine batch norm and convolutions without bias; release: the other way around"
)
STYLE = Option.of("style", STYLE_SUMMARY, "paper", "release")
RELEASED_STYLE = Option.of("style", STYLE_SUMMARY, "release", "paper")
RESOLUTION = Option(
    "resolution",
    "half: images are downsampled by two and scores upsampled, as in the paper for 5 cm Potsdam",
    (Choice("full"), Choice("half", scale=2)),
)
LEARN_UPSAMPLE = Option.of(
    "learn_upsample",
    "train the upsampling as in the released base FCN; the paper does not specify it",
    "no",
    "yes",
)
DENSE_POOLS = Option.of(
    "dense_pools",
    "dilated pools use their whole window, as in a re-implementation, instead of nine pixels",
    "no",
    "yes",
)

ROWS: Tuple[ArchitectureRow, ...] = (
    ArchitectureRow(
        name="maggiori_fcn",
        title="Base FCN",
        paper=PAPER,
        described_in="Section V-B, Table I",
        summary="Small and fast; blurred edges, as it predicts at 1/16 of the resolution.",
        stride_px=16,
        halo_px=80,
        output_stride_px=16,
        recipe="maggiori",
        options=(STYLE, LEARN_UPSAMPLE, RESOLUTION),
    ),
    ArchitectureRow(
        name="maggiori_unpool_max",
        title="Unpooling network, max",
        paper=PAPER,
        described_in="Sections III-B and V-B",
        summary="Mirrored decoder that restores values at the positions of the maxima.",
        stride_px=16,
        halo_px=128,
        output_stride_px=1,
        recipe="maggiori",
        options=(STYLE, RESOLUTION),
    ),
    ArchitectureRow(
        name="maggiori_unpool_avg",
        title="Unpooling network, average",
        paper=PAPER,
        described_in="Section III-B, Fig. 5",
        summary="Mirrored decoder that distributes values evenly; smoother than max unpooling.",
        stride_px=16,
        halo_px=128,
        output_stride_px=1,
        recipe="maggiori",
        options=(STYLE, RESOLUTION),
    ),
    ArchitectureRow(
        name="maggiori_skip",
        title="Skip network",
        paper=PAPER,
        described_in="Sections III-C and V-B",
        summary="Adds the scores of four resolutions; sharp edges at little extra cost.",
        stride_px=16,
        halo_px=80,
        output_stride_px=2,
        recipe="maggiori",
        options=(STYLE, RESOLUTION),
    ),
    ArchitectureRow(
        name="maggiori_mlp",
        title="MLP network",
        paper=PAPER,
        described_in="Sections IV and V-B",
        summary="Learns to combine four resolutions; the paper's best, and the default here.",
        stride_px=16,
        halo_px=80,
        output_stride_px=2,
        recipe="maggiori",
        options=(STYLE, RESOLUTION),
    ),
    ArchitectureRow(
        name="maggiori_mlp_release128",
        title="MLP network as released",
        paper=PAPER,
        described_in="The authors' code; not in the paper",
        summary="The MLP as published by the authors: linear, and a third smaller.",
        stride_px=16,
        halo_px=80,
        output_stride_px=2,
        recipe="maggiori",
        options=(RELEASED_STYLE, RESOLUTION),
    ),
    ArchitectureRow(
        name="sherrah_dilation",
        title="Dilation network (Sherrah)",
        paper=PAPER,
        described_in="Section III-A, Tables IV to VI; Sherrah, arXiv 2016",
        summary="Sharp edges without downsampling; by far the slowest, receptive field of 99 px.",
        stride_px=1,
        halo_px=49,
        output_stride_px=1,
        recipe="modern",
        options=(DENSE_POOLS,),
    ),
    ArchitectureRow(
        name="sherrah_downsampling",
        title="Downsampling twin (Sherrah)",
        paper=PAPER,
        described_in="Section III-A; Sherrah, arXiv 2016",
        summary="The same layers with downsampling: about 100 times less work, blurred edges.",
        stride_px=16,
        halo_px=80,
        output_stride_px=16,
        recipe="modern",
    ),
    ArchitectureRow(
        name="volpi_tuia_deconv",
        title="Deconvolution network (Volpi & Tuia)",
        paper=PAPER,
        described_in="Section III-B, Table IV; Volpi & Tuia, TGRS 2017",
        summary="Learned upsampling; sharp but expensive, receptive field below 90 px.",
        stride_px=8,
        halo_px=40,
        output_stride_px=1,
        recipe="modern",
    ),
    ArchitectureRow(
        name="cnn_rf",
        title="CNN + random forest",
        paper=PAPER,
        described_in="Section V-D, Table IV; Paisitkriangkrai et al., CVPRW 2015",
        summary="Base FCN times a random forest on vegetation, height and texture, trained apart.",
        stride_px=16,
        halo_px=80,
        output_stride_px=1,
        recipe="maggiori",
    ),
    ArchitectureRow(
        name="cnn_rf_crf",
        title="CNN + random forest + CRF",
        paper=PAPER,
        described_in="Section V-D, Table IV; Paisitkriangkrai et al., CVPRW 2015",
        summary="The same with a CRF that aligns edges with the image; needs the whole image.",
        stride_px=16,
        halo_px=None,
        output_stride_px=1,
        recipe="maggiori",
        not_tileable="Its CRF normalizes contrast by the mean contrast of the whole image.",
    ),
    ArchitectureRow(
        name="sherrah_dilation_crf",
        title="Dilation network + dense CRF",
        paper=PAPER,
        described_in="Section V-D, Table IV; Sherrah, arXiv 2016",
        summary="Edges follow the image's colors; hardly any gain in the paper's table.",
        stride_px=1,
        halo_px=None,
        output_stride_px=1,
        recipe="modern",
        not_tileable=DENSE,
        options=(coupling(49, 1), CRF_SETTINGS, DENSE_POOLS),
    ),
    ArchitectureRow(
        name="vgg_dsm",
        title="VGG + DSM",
        paper=PAPER,
        described_in="Section V-D, Table V; Sherrah, arXiv 2016",
        summary="Two streams, that of the image from VGG-16 weights; blurred edges.",
        stride_px=32,
        halo_px=224,
        output_stride_px=32,
        recipe="modern",
        pretrained="VGG-16",
    ),
    ArchitectureRow(
        name="vgg_dsm_dilation",
        title="VGG + DSM, dilated",
        paper=PAPER,
        described_in="Section V-D, Table V; Sherrah, arXiv 2016",
        summary="The best overall accuracy of the paper's table; expensive, needs VGG-16 weights.",
        stride_px=8,
        halo_px=200,
        output_stride_px=8,
        recipe="modern",
        pretrained="VGG-16",
    ),
)
