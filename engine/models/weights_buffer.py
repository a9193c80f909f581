# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of weights, held in memory once: the tensors are views of the bytes of the file.

The file is not mapped, because it may be replaced while a network uses it, and on Windows it could
not be deleted.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from typing import TYPE_CHECKING

import torch

from ..protocol.safetensors_check import DAMAGED, LARGEST_HEADER_BYTES, tensor_spans

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

PREFIX_BYTES = 8  # the size of the header
DTYPES = {
    "F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16,
    "I64": torch.int64, "I32": torch.int32, "I16": torch.int16, "I8": torch.int8,
    "U8": torch.uint8, "BOOL": torch.bool,
}  # fmt: skip


class TooLargeError(ValueError):
    """A file is larger than any file of weights."""


def read_buffer(path: Path, largest_bytes: int) -> Tensor:
    """Return the content of a plain file as a tensor (n,) uint8.

    Raises:
        OSError: if the file cannot be read, or is no plain file.
        TooLargeError: if the file has more than `largest_bytes`.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # a device would be read for ever
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    if found.st_size > largest_bytes:
        raise TooLargeError(f"{path} has {found.st_size} bytes")
    buffer = torch.empty(found.st_size, dtype=torch.uint8)
    with path.open("rb") as file:
        count = file.readinto(buffer.numpy().data) if found.st_size else 0
    if count < found.st_size or os.stat(path).st_size != found.st_size:  # noqa: PTH116
        raise OSError(errno.EAGAIN, "it changed while it was read", str(path))
    return buffer


def sha256_of_buffer(buffer: Tensor) -> str:
    """Return the SHA-256 of the bytes."""
    return hashlib.sha256(buffer.numpy().data).hexdigest()


def tensors_in(buffer: Tensor) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file as views of its bytes.

    Args:
        buffer: content of the file, (n,) uint8.

    Raises:
        ValueError: if the file is damaged; the message is a clause.
    """
    length = int.from_bytes(bytes(buffer[:PREFIX_BYTES].tolist()), "little")
    first = PREFIX_BYTES + length
    if not 2 <= length <= min(len(buffer) - PREFIX_BYTES, LARGEST_HEADER_BYTES):
        raise ValueError(DAMAGED)
    header = buffer[PREFIX_BYTES:first].numpy().tobytes()
    tensors = {}
    for span in tensor_spans(header, len(buffer) - first):
        if span.dtype not in DTYPES:
            raise ValueError(f"{DAMAGED}: '{span.name[:60]}' has the type {span.dtype}")
        content = buffer[first + span.start : first + span.end]
        dtype = DTYPES[span.dtype]
        if content.storage_offset() % dtype.itemsize:
            content = content.clone()
        tensors[span.name] = content.view(dtype).reshape(span.shape)
    return tensors
