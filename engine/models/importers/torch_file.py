# SPDX-License-Identifier: GPL-2.0-or-later
"""PyTorch weight files (`.pth`): pickles, of which only tensors are loaded.

Pickles can contain code. `weights_only` rejects everything except tensors, but it has had
vulnerabilities, so these files are read only by one explicit command, which converts them to a
model folder without pickles.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import torch

from .limits import LARGEST_FILE_BYTES

if TYPE_CHECKING:
    from torch import Tensor

NESTED = ("state_dict", "model")  # keys of the weights in checkpoints of training scripts


def read_torch(content: memoryview) -> dict[str, Tensor]:
    """Return the tensors of a `.pth` file.

    Raises:
        ValueError: if the file is damaged or contains more than tensors; the message gives the
            reason.
    """
    _check_unpacked_size(content)
    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:
        if "weights_only" in str(error).lower() or "weights only" in str(error).lower():
            raise ValueError("it contains more than tensors, so it could run code") from error
        raise ValueError("it is damaged") from error
    for name in NESTED:
        if isinstance(found, dict) and isinstance(found.get(name), dict):
            found = found[name]
    items = found.items() if isinstance(found, dict) else ()
    return {str(name): value.detach() for name, value in items if isinstance(value, torch.Tensor)}


def _check_unpacked_size(content: memoryview) -> None:
    """Check the uncompressed size of an archive.

    Raises:
        ValueError: if the size is larger than that of any weight file.
    """
    stream = io.BytesIO(content)
    if not zipfile.is_zipfile(stream):  # the legacy format is not an archive
        return
    with zipfile.ZipFile(stream) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_FILE_BYTES:
            raise ValueError("its uncompressed size is larger than any weight file")
