# SPDX-License-Identifier: GPL-2.0-or-later
"""Precision: where bfloat16 helps, and what a processor without it would suffer."""

from __future__ import annotations

import torch


def is_half_precise(choice: str, device: torch.device) -> bool:
    """Say whether scores are computed with bfloat16.

    Processors without instructions for it emulate it, up to a hundred times slower, and those
    with them gain little on small patches: so nothing but graphics cards is asked by itself.

    Args:
        choice: `yes`, `no`, or `auto`: on graphics cards that have bfloat16.
        device: where the network is trained.
    """
    if choice == "auto":
        return device.type == "cuda" and torch.cuda.is_bf16_supported()
    return choice == "yes"
