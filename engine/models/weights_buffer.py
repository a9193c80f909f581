# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of weights, which are held in memory once.

The file is not mapped, because it may be replaced while a network uses it, and on Windows it could
not be deleted. The tensors of a network have memory of their own: it is freed when a layer gets a
new one, and training may change one of them without the others.
"""

from __future__ import annotations

import errno
import hashlib
import stat
from typing import TYPE_CHECKING, BinaryIO

import torch

from ..protocol.safetensors_check import DAMAGED, LARGEST_HEADER_BYTES, TensorSpan, tensor_spans

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
    size = _size_of(path, largest_bytes)
    with path.open("rb") as file:
        return _read(file, size)


def read_tensors(path: Path, largest_bytes: int) -> tuple[dict[str, Tensor], str]:
    """Return the tensors of a safetensors file, each in memory of its own, and its SHA-256.

    Raises:
        OSError: if the file cannot be read, or is no plain file.
        TooLargeError: if the file has more than `largest_bytes`.
        ValueError: if the file is damaged; the message is a clause.
    """
    size = _size_of(path, largest_bytes)
    digest, tensors = hashlib.sha256(), {}
    with path.open("rb") as file:
        prefix = _read(file, min(PREFIX_BYTES, size))
        header = _read(file, _header_bytes(prefix, size))
        digest.update(prefix.numpy().data)
        digest.update(header.numpy().data)
        for span in _spans(header, size):
            content = _read(file, span.end - span.start)
            digest.update(content.numpy().data)
            tensors[span.name] = content.view(DTYPES[span.dtype]).reshape(span.shape)
    return tensors, digest.hexdigest()


def tensors_in(buffer: Tensor) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file as views of its bytes, for reading only.

    Args:
        buffer: content of the file, (n,) uint8.

    Raises:
        ValueError: if the file is damaged; the message is a clause.
    """
    first = PREFIX_BYTES + _header_bytes(buffer[:PREFIX_BYTES], len(buffer))
    tensors = {}
    for span in _spans(buffer[PREFIX_BYTES:first], len(buffer)):
        content = buffer[first + span.start : first + span.end]
        dtype = DTYPES[span.dtype]
        if content.storage_offset() % dtype.itemsize:
            content = content.clone()
        tensors[span.name] = content.view(dtype).reshape(span.shape)
    return tensors


def sha256_of_buffer(buffer: Tensor) -> str:
    """Return the SHA-256 of the bytes."""
    return hashlib.sha256(buffer.numpy().data).hexdigest()


def _size_of(path: Path, largest_bytes: int) -> int:
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # a device would be read for ever
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    if found.st_size > largest_bytes:
        raise TooLargeError(f"{path} has {found.st_size} bytes")
    return found.st_size


def _read(file: BinaryIO, size: int) -> Tensor:
    """Return the next bytes of a file, (size,) uint8.

    Raises:
        OSError: if the file ends before, because it was changed.
    """
    buffer = torch.empty(size, dtype=torch.uint8)
    if size and file.readinto(buffer.numpy().data) < size:  # type: ignore[attr-defined]
        raise OSError(errno.EAGAIN, "it changed while it was read")
    return buffer


def _header_bytes(prefix: Tensor, size: int) -> int:
    """Return the size of the header.

    Raises:
        ValueError: if the size is impossible.
    """
    length = int.from_bytes(bytes(prefix.tolist()), "little")
    if not 2 <= length <= min(size - PREFIX_BYTES, LARGEST_HEADER_BYTES):
        raise ValueError(DAMAGED)
    return length


def _spans(header: Tensor, size: int) -> list[TensorSpan]:
    """Return the places of the tensors, whose types torch has.

    Raises:
        ValueError: if the header is damaged.
    """
    spans = tensor_spans(header.numpy().tobytes(), size - PREFIX_BYTES - len(header))
    for span in spans:
        if span.dtype not in DTYPES:
            raise ValueError(f"{DAMAGED}: '{span.name[:60]}' has the type {span.dtype}")
    return spans
