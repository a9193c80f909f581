# SPDX-License-Identifier: GPL-2.0-or-later
"""Choice between float32 and bfloat16."""

from __future__ import annotations

import torch

# Instruction sets that multiply bfloat16: AMX, AVX-512, and the vectors of ARM
BFLOAT16_INSTRUCTIONS = ("amx_bf16", "avx512_bf16", "sve_bf16")


def is_half_precise(choice: str, device: torch.device, *, on_cpu: bool = False) -> bool:
    """Return whether scores are computed in bfloat16.

    CPUs without bfloat16 instructions emulate it up to a hundred times slower. Those with them take
    a step of fine-tuning in less than half of the time.

    Args:
        choice: `yes`, `no`, or `auto` for GPUs that support bfloat16.
        device: device of the training.
        on_cpu: whether `auto` chooses it on CPUs with bfloat16 instructions, too.
    """
    if choice == "auto":
        if device.type == "cpu":
            return on_cpu and has_bfloat16_instructions()
        return device.type == "cuda" and torch.cuda.is_bf16_supported()
    return choice == "yes"


def has_bfloat16_instructions() -> bool:
    """Return whether the CPU multiplies bfloat16 by instructions of its own."""
    # Older versions of torch do not list the capabilities; then nothing is assumed.
    query = getattr(torch.cpu, "get_capabilities", None)
    return query is not None and any(query().get(name) for name in BFLOAT16_INSTRUCTIONS)
