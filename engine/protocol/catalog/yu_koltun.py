# SPDX-License-Identifier: GPL-2.0-or-later
"""Architectures of Yu and Koltun, and of the methods they compare with."""

from __future__ import annotations

from typing import Tuple

from .options import Choice, Option
from .row import ArchitectureRow

PAPER = "Yu & Koltun, Multi-Scale Context Aggregation by Dilated Convolutions, ICLR 2016"
VGG = "VGG-16"
DENSE = "its CRF couples each pixel with every other pixel of the image"

UPSAMPLING = Option.of(
    "upsampling",
    "from cells to pixels: scores between pixel centers, or zoom: probabilities from the top "
    "left, as the released VOC network",
    "scores",
    "zoom",
)
CONTEXT = (
    Option(
        "context_depth",
        "layers of the context module: 8 in the paper, 7 for KITTI and 10 for Cityscapes",
        (Choice("8"), Choice("7", extra_halo_px=-128), Choice("10", extra_halo_px=768)),
    ),
    Option.of(
        "pad_once",
        "zeros around the context module: in each layer, or once (33 cells) as the released VOC "
        "network",
        "no",
        "yes",
    ),
    Option.of(
        "sigma",
        "noise that the context module's identity starts with; the paper gives no number",
        "0.01",
        "0.001",
        "0",
    ),
)

CRF_SETTINGS = Option.of(
    "crf_settings",
    "weights and widths of the dense CRF's kernels; the first are of the paper it is taken from",
    "deeplab_largefov",
    "deeplab_v2_vgg16",
    "deeplab_v2_resnet101",
    "pydensecrf",
)


def _crf(local_halo_px: int) -> Option:
    """Return which pixels the CRF couples; a local one reaches 15 pixels beyond its scores."""
    return Option(
        "crf",
        "pixels that the CRF couples: all, or near ones only, so that images can be tiled",
        (Choice("dense"), Choice("local", halo_px=local_halo_px)),
    )


ROWS: Tuple[ArchitectureRow, ...] = (
    ArchitectureRow(
        name="yk_frontend",
        title="Dilated front end",
        paper=PAPER,
        described_in="Section 4, Table 2",
        summary="VGG-16 at 1/8 of the resolution, no padding inside; heavy, wants VGG-16 weights.",
        stride_px=8,
        halo_px=200,
        output_stride_px=8,
        recipe="yk_frontend",
        memory_mb_per_mpx=1200,
        pretrained=VGG,
        options=(UPSAMPLING,),
    ),
    ArchitectureRow(
        name="yk_context_basic",
        title="Front end + basic context",
        paper=PAPER,
        described_in="Section 3, Tables 1 and 3",
        summary="Sees 908 pixels around for next to no weights more; wants a trained front end.",
        stride_px=8,
        halo_px=464,
        output_stride_px=8,
        recipe="yk_context",
        memory_mb_per_mpx=1200,
        pretrained=VGG,
        options=(*CONTEXT, UPSAMPLING),
    ),
    ArchitectureRow(
        name="yk_context_large",
        title="Front end + large context",
        paper=PAPER,
        described_in="Section 3, Tables 1 and 3",
        summary="The paper's best without a CRF; as far-sighted as the basic one, more channels.",
        stride_px=8,
        halo_px=464,
        output_stride_px=8,
        recipe="yk_context",
        memory_mb_per_mpx=1200,
        pretrained=VGG,
        options=(*CONTEXT, UPSAMPLING),
    ),
    ArchitectureRow(
        name="yk_frontend_crf",
        title="Front end + dense CRF",
        paper=PAPER,
        described_in="Table 3",
        summary="Edges follow the image's colors; slow, and the whole image must fit into memory.",
        stride_px=8,
        halo_px=None,
        output_stride_px=8,
        recipe="yk_frontend",
        memory_mb_per_mpx=4000,
        pretrained=VGG,
        not_tileable=DENSE,
        options=(_crf(local_halo_px=216), CRF_SETTINGS, UPSAMPLING),
    ),
    ArchitectureRow(
        name="yk_context_basic_crf",
        title="Front end + basic context + dense CRF",
        paper=PAPER,
        described_in="Table 3",
        summary="Far sight and edges that follow colors, for few weights; as slow as its CRF.",
        stride_px=8,
        halo_px=None,
        output_stride_px=8,
        recipe="yk_context",
        memory_mb_per_mpx=4000,
        pretrained=VGG,
        not_tileable=DENSE,
        options=(_crf(local_halo_px=480), CRF_SETTINGS, *CONTEXT, UPSAMPLING),
    ),
    ArchitectureRow(
        name="yk_context_large_crf",
        title="Front end + large context + dense CRF",
        paper=PAPER,
        described_in="Tables 3 and 4",
        summary="Nearly as good as a trained CRF in the paper, without training one.",
        stride_px=8,
        halo_px=None,
        output_stride_px=8,
        recipe="yk_context",
        memory_mb_per_mpx=4000,
        pretrained=VGG,
        not_tileable=DENSE,
        options=(_crf(local_halo_px=480), CRF_SETTINGS, *CONTEXT, UPSAMPLING),
    ),
    ArchitectureRow(
        name="yk_frontend_crfrnn",
        title="Front end + CRF-RNN",
        paper=PAPER,
        described_in="Table 3",
        summary="A CRF trained with the network learns which classes border; very slow to train.",
        stride_px=8,
        halo_px=None,
        output_stride_px=8,
        recipe="yk_frontend",
        memory_mb_per_mpx=4000,
        pretrained=VGG,
        not_tileable=DENSE,
        options=(UPSAMPLING,),
    ),
    ArchitectureRow(
        name="yk_context_basic_crfrnn",
        title="Front end + basic context + CRF-RNN",
        paper=PAPER,
        described_in="Table 3",
        summary="The trained CRF gains less on top of context, in the paper; very slow to train.",
        stride_px=8,
        halo_px=None,
        output_stride_px=8,
        recipe="yk_context",
        memory_mb_per_mpx=4000,
        pretrained=VGG,
        not_tileable=DENSE,
        options=(*CONTEXT, UPSAMPLING),
    ),
    ArchitectureRow(
        name="yk_context_large_crfrnn",
        title="Front end + large context + CRF-RNN",
        paper=PAPER,
        described_in="Tables 3 and 4",
        summary="The paper's most accurate network, and its slowest.",
        stride_px=8,
        halo_px=None,
        output_stride_px=8,
        recipe="yk_context",
        memory_mb_per_mpx=4000,
        pretrained=VGG,
        not_tileable=DENSE,
        options=(*CONTEXT, UPSAMPLING),
    ),
    ArchitectureRow(
        name="deeplab_largefov",
        title="DeepLab-LargeFOV",
        paper=PAPER,
        described_in="Table 2; Chen et al., ICLR 2015",
        summary="A sixth of the front end's weights; keeps VGG-16's padding and overlapping pools.",
        stride_px=8,
        halo_px=224,
        output_stride_px=8,
        recipe="yk_frontend",
        memory_mb_per_mpx=700,
        pretrained=VGG,
    ),
    ArchitectureRow(
        name="deeplab_msc",
        title="DeepLab-MSc",
        paper=PAPER,
        described_in="Table 2; Chen et al., ICLR 2015",
        summary="LargeFOV with branches from the image and from pools 1 to 4; slightly sharper.",
        stride_px=8,
        halo_px=224,
        output_stride_px=8,
        recipe="yk_frontend",
        memory_mb_per_mpx=700,
        pretrained=VGG,
    ),
)
