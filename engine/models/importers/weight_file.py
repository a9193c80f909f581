# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading of weight files, whose format is detected from the first bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from ...protocol import ModelError
from ..weights_buffer import TooLargeError, read_buffer, sha256_of_buffer, tensors_in
from .caffemodel import read_caffemodel
from .limits import LARGEST_FILE_BYTES
from .torch_file import read_torch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor


class Weights(NamedTuple):
    """Content of a weight file.

    Args:
        file: name of the file.
        format: name of the format.
        sha256: SHA-256 hash of the file.
        tensors: float32 tensors by name, in every format `<layer>.weight`, `<layer>.bias`,
            `<layer>.running_mean` and `<layer>.running_var`.
        caution: warning about files of this format, or empty.
    """

    file: str
    format: str
    sha256: str
    tensors: dict[str, Tensor]
    caution: str = ""


class Format(NamedTuple):
    """Format of weight files.

    Args:
        title: name of the format.
        read: function that returns the tensors of a file's content, (n,) uint8.
        caution: warning for the user of such a file, or empty.
    """

    title: str
    read: Callable[[Tensor], dict[str, Tensor]]
    caution: str = ""


SAFETENSORS = Format("safetensors", tensors_in)
TORCH = Format(
    "torch",
    read_torch,
    "A .pth file can contain code. This one contained only tensors: from now on, use the model "
    "folder, which cannot contain anything else.",
)
CAFFE = Format("Caffe", read_caffemodel)
ZIP, PICKLE, HDF5 = b"PK\x03\x04", b"\x80", b"\x89HDF"
HEAD_BYTES = 16
HEADER_LENGTH_BYTES = 8  # in safetensors, before the header, which starts with a brace
LONGEST_HEADER_BYTES = 100_000_000
COUNTERS = ".num_batches_tracked"  # counters of torch's batch norms, not used here


def read_weights(path: Path) -> Weights:
    """Return the tensors of a `.safetensors`, `.pth` or `.caffemodel` file.

    Raises:
        ModelError: if it cannot be read, is damaged or has another format.
    """
    content = _content(path)
    head = content[:HEAD_BYTES].numpy().tobytes()
    if head[:4] == HDF5:
        raise ModelError(
            f"{path} is HDF5, which is not supported: choose the .caffemodel file instead."
        )
    form = format_of(head)
    try:
        tensors = _numbers(form.read(content), len(content))
    except ValueError as error:
        raise ModelError(
            f"{path} cannot be read as {form.title} weights: {error}. Get a new copy of the file "
            "or choose a .safetensors, .pth or .caffemodel file."
        ) from error
    digest = sha256_of_buffer(content)
    return Weights(path.name, form.title, digest, tensors, form.caution)


def format_of(head: bytes) -> Format:
    """Return the format of a file by its first bytes; protocol buffers have no signature."""
    header = head[HEADER_LENGTH_BYTES : HEADER_LENGTH_BYTES + 1]
    length = int.from_bytes(head[:HEADER_LENGTH_BYTES], "little")
    if header == b"{" and length <= LONGEST_HEADER_BYTES:  # its length may begin like a pickle
        return SAFETENSORS
    return TORCH if head[:4] == ZIP or head[:1] == PICKLE else CAFFE


def _content(path: Path) -> Tensor:
    try:
        return read_buffer(path, LARGEST_FILE_BYTES)
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read ({error.strerror}): choose a weight file."
        ) from error
    except TooLargeError as error:
        raise ModelError(f"{error}, more than any weight file: choose another.") from error


def _numbers(found: dict[str, Tensor], file_bytes: int) -> dict[str, Tensor]:
    """Return tensors as dense float32.

    Raises:
        ValueError: if no tensors are left, or they have more values than the file has bytes.
    """
    kept = {name: value for name, value in found.items() if not name.endswith(COUNTERS)}
    if not kept:
        raise ValueError("it contains no named tensors")
    for name, value in kept.items():
        if value.layout != torch.strided or not value.is_floating_point() or value.is_meta:
            raise ValueError(
                f"'{name[:60]}' is {value.dtype} and {value.layout}, not dense floating point"
            )
    # A tensor can repeat its values, as with a stride of 0.
    if sum(value.numel() for value in kept.values()) > file_bytes:
        raise ValueError("its tensors have more values than the file")
    return {name: value.to(torch.float32).contiguous() for name, value in kept.items()}
