# SPDX-License-Identifier: GPL-2.0-or-later
"""What rows with a CRF have in common: why they cannot be tiled, and the CRF's options."""

from __future__ import annotations

from .options import Choice, Option

DENSE = "Its CRF couples each pixel with every other pixel of the image."  # so tiles cannot do
LOCAL_REACH_PX = 15  # how much farther than its scores a local CRF looks

CRF_SETTINGS = Option.of(
    "crf_settings",
    "weights and widths of the dense CRF's kernels; the first are of the paper it is taken from",
    "deeplab_largefov",
    "deeplab_v2_vgg16",
    "deeplab_v2_resnet101",
    "pydensecrf",
)


def coupling(scores_halo_px: int, stride_px: int) -> Option:
    """Return which pixels the CRF couples.

    Args:
        scores_halo_px: halo of the network whose scores it refines.
        stride_px: of that network.
    """
    cells = -(-LOCAL_REACH_PX // stride_px)
    return Option(
        "crf",
        "pixels that the CRF couples: all, or near ones only, so that images can be tiled",
        (Choice("dense"), Choice("local", halo_px=scores_halo_px + cells * stride_px)),
    )
