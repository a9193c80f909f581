# SPDX-License-Identifier: GPL-2.0-or-later
"""Choice between float32 and bfloat16."""

from __future__ import annotations

import torch


def is_half_precise(choice: str, device: torch.device, *, on_amx: bool = False) -> bool:
    """Return whether scores are computed in bfloat16.

    CPUs without bfloat16 instructions emulate it up to a hundred times slower. Those with matrix
    instructions (AMX) take a step of fine-tuning in less than half of the time.

    Args:
        choice: `yes`, `no`, or `auto` for GPUs that support bfloat16.
        device: device of the training.
        on_amx: whether `auto` chooses it on CPUs with matrix instructions for bfloat16, too.
    """
    if choice == "auto":
        if device.type == "cpu":
            return on_amx and has_matrix_instructions()
        return device.type == "cuda" and torch.cuda.is_bf16_supported()
    return choice == "yes"


def has_matrix_instructions() -> bool:
    """Return whether the CPU multiplies matrices of bfloat16 by instructions of its own (AMX)."""
    # Public in no version of torch yet; without the query nothing is assumed.
    query = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(query()) if query is not None else False
