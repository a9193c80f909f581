# SPDX-License-Identifier: GPL-2.0-or-later
"""PyTorch weight files (`.pth`): pickles, of which only tensors are loaded.

Pickles can contain code. `weights_only` rejects everything except tensors, but it has had
vulnerabilities, so these files are read only by one explicit command, which converts them to a
model folder without pickles.
"""

from __future__ import annotations

import io
import zipfile

import torch
from torch import Tensor

NESTED = ("state_dict", "model")  # keys of the weights in checkpoints of training scripts


class _Bytes(io.RawIOBase):
    """Readable and seekable file of a buffer, which is not copied.

    Args:
        buffer: content, (n,) uint8.
    """

    def __init__(self, buffer: Tensor) -> None:
        self._view = buffer.numpy().data
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: len(self._view)}[whence]
        if start + offset < 0:
            raise OSError("the position is before the first byte")
        self._position = start + offset
        return self._position

    def readinto(self, target: object) -> int:
        """Fill a writable buffer and return the number of bytes."""
        wanted = memoryview(target).cast("B")  # type: ignore[arg-type]
        part = self._view[self._position : self._position + len(wanted)]
        wanted[: len(part)] = part
        self._position += len(part)
        return len(part)


def read_torch(content: Tensor) -> dict[str, Tensor]:
    """Return the tensors of a `.pth` file.

    Args:
        content: content of the file, (n,) uint8.

    Raises:
        ValueError: if the file is damaged or contains more than tensors; the message gives the
            reason.
    """
    _check_unpacked_size(content)
    try:
        found = torch.load(
            io.BufferedReader(_Bytes(content)), map_location="cpu", weights_only=True
        )
    except Exception as error:
        if "weights_only" in str(error).lower() or "weights only" in str(error).lower():
            raise ValueError("it contains more than tensors, so it could run code") from error
        raise ValueError("it is damaged") from error
    for name in NESTED:
        if isinstance(found, dict) and isinstance(found.get(name), dict):
            found = found[name]
    items = found.items() if isinstance(found, dict) else ()
    return {str(name): value.detach() for name, value in items if isinstance(value, torch.Tensor)}


def _check_unpacked_size(content: Tensor) -> None:
    """Check that an archive is not compressed, as torch writes it.

    Raises:
        ValueError: if the archive is damaged, or its files are larger than itself.
    """
    stream = _Bytes(content)
    try:
        if not zipfile.is_zipfile(stream):  # the legacy format is not an archive
            return
        with zipfile.ZipFile(stream) as archive:
            unpacked_bytes = sum(entry.file_size for entry in archive.infolist())
    except Exception as error:  # damage has many types in `zipfile`
        raise ValueError("it is damaged") from error
    if unpacked_bytes > len(content):
        raise ValueError("its uncompressed size is larger than that of the file")
