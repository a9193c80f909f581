# SPDX-License-Identifier: GPL-2.0-or-later
"""The format of torch, `.pth`: a pickle, of which nothing but tensors is let through.

Pickles can hold programs. `weights_only` refuses every one that asks for more than tensors, yet it
has had holes, so such a file is read by one explicit command alone and never again: what it leaves
is a model folder without pickles.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import torch

from .limits import LARGEST_FILE_BYTES

if TYPE_CHECKING:
    from torch import Tensor

NESTED = ("state_dict", "model")  # where training scripts keep the weights among other things


def read_torch(content: memoryview) -> dict[str, Tensor]:
    """Return the tensors of a `.pth` file.

    Raises:
        ValueError: it is damaged, or holds more than tensors; says why.
    """
    _refuse_bombs(content)
    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:
        if "weights_only" in str(error).lower() or "weights only" in str(error).lower():
            raise ValueError("it holds more than tensors, so it could run a program") from error
        raise ValueError("it is damaged") from error
    for name in NESTED:
        if isinstance(found, dict) and isinstance(found.get(name), dict):
            found = found[name]
    items = found.items() if isinstance(found, dict) else ()
    return {str(name): value.detach() for name, value in items if isinstance(value, torch.Tensor)}


def _refuse_bombs(content: memoryview) -> None:
    """Refuse an archive that would unpack to more than any file of weights holds.

    Raises:
        ValueError: it would.
    """
    stream = io.BytesIO(content)
    if not zipfile.is_zipfile(stream):  # the former format is no archive
        return
    with zipfile.ZipFile(stream) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_FILE_BYTES:
            raise ValueError("it would unpack to more than any file of weights holds")
