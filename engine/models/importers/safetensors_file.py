# SPDX-License-Identifier: GPL-2.0-or-later
"""The format safetensors: a header of names and shapes, then numbers; nothing can be executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import safetensors.torch
from safetensors import SafetensorError

if TYPE_CHECKING:
    from torch import Tensor


def read_safetensors(content: memoryview) -> dict[str, Tensor]:
    """Return the tensors of a `.safetensors` file.

    Raises:
        ValueError: it is damaged; says why.
    """
    try:
        return safetensors.torch.load(bytes(content))
    except (SafetensorError, KeyError) as error:  # KeyError: a type that torch does not have
        raise ValueError(str(error).strip()) from error
