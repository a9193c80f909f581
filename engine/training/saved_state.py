# SPDX-License-Identifier: GPL-2.0-or-later
"""State of an interrupted training on disk: tensors and a JSON header in one safetensors file.

It is written to a temporary file and renamed, so the previous state survives if the process is
killed while writing. Nothing in the file is executed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import safetensors.torch
from safetensors import SafetensorError, safe_open

from ..outputs.destination import destination_error, writing
from ..outputs.replacing import replacing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

HEADER = "orthoscribe"
SCHEMA = 1


class SavedState(NamedTuple):
    """Header and tensors of a file.

    Args:
        header: JSON values by name.
        tensors: tensors by name.
    """

    header: dict[str, Any]
    tensors: dict[str, Tensor]


def read_state(path: Path) -> SavedState:
    """Return the state in a file.

    Raises:
        ValueError: if the file cannot be read, or another version wrote it.
    """
    try:
        with safe_open(path, "pt") as file:
            header = json.loads((file.metadata() or {})[HEADER])
            if header["schema"] != SCHEMA:
                raise ValueError(f"it has schema {header['schema']} of another version")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, RuntimeError, KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
    return SavedState(header, tensors)


def write_state(path: Path, header: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Write a state in place of the previous one.

    Raises:
        OutputError: if the file cannot be written; the previous one is kept.
    """
    text = json.dumps({"schema": SCHEMA, **header})
    on_cpu = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    try:
        with writing(path), replacing(path) as part:
            safetensors.torch.save_file(on_cpu, part, {HEADER: text})
    except SafetensorError as error:
        raise destination_error(path, error) from error


def size_of(tensors: Mapping[str, Tensor]) -> int:
    """Return the size of a state in bytes."""
    return sum(value.numel() * value.element_size() for value in tensors.values())
