# SPDX-License-Identifier: GPL-2.0-or-later
"""Common properties of architectures with a CRF: why they cannot be tiled, and options."""

from __future__ import annotations

from .options import Choice, Option

DENSE = "Its CRF couples each pixel with every other pixel of the image."
LOCAL_REACH_PX = 15  # receptive radius that a local CRF adds to that of the scores

CRF_SETTINGS = Option.of(
    "crf_settings",
    "weights and widths of the dense CRF's kernels; the default is that of the cited paper",
    "deeplab_largefov",
    "deeplab_v2_vgg16",
    "deeplab_v2_resnet101",
    "pydensecrf",
)


def coupling(scores_halo_px: int, stride_px: int) -> Option:
    """Return the option of the pixels that the CRF couples.

    Args:
        scores_halo_px: halo of the network whose scores are refined.
        stride_px: stride of that network.
    """
    cells = -(-LOCAL_REACH_PX // stride_px)
    return Option(
        "crf",
        "pixels coupled by the CRF: all, or only nearby ones, so that images can be tiled",
        (Choice("dense"), Choice("local", halo_px=scores_halo_px + cells * stride_px)),
    )
