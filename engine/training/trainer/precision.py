# SPDX-License-Identifier: GPL-2.0-or-later
"""Choice between float32 and bfloat16."""

from __future__ import annotations

import torch


def is_half_precise(choice: str, device: torch.device) -> bool:
    """Return whether scores are computed in bfloat16.

    CPUs without bfloat16 instructions emulate it up to a hundred times slower, and those with them
    gain little on small patches, so `auto` enables it on GPUs only.

    Args:
        choice: `yes`, `no`, or `auto` for GPUs that support bfloat16.
        device: device of the training.
    """
    if choice == "auto":
        return device.type == "cuda" and torch.cuda.is_bf16_supported()
    return choice == "yes"
