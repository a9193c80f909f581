# SPDX-License-Identifier: GPL-2.0-or-later
"""Safetensors weight files: a header with names and shapes, then numbers, and no code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import safetensors.torch
from safetensors import SafetensorError

if TYPE_CHECKING:
    from torch import Tensor


def read_safetensors(content: memoryview) -> dict[str, Tensor]:
    """Return the tensors of a `.safetensors` file.

    Raises:
        ValueError: if the file is damaged; the message gives the reason.
    """
    try:
        return safetensors.torch.load(bytes(content))
    except (SafetensorError, KeyError) as error:  # KeyError: type unsupported by torch
        raise ValueError(str(error).strip()) from error
