# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading of weight files, whose format is detected from the first bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import safetensors.torch
import torch
from safetensors import SafetensorError

from ...protocol import ModelError
from .caffemodel import read_caffemodel
from .limits import LARGEST_FILE_BYTES
from .torch_file import read_torch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
        read: function that returns the tensors of a file's content.
        caution: warning for the user of such a file, or empty.
    """

    title: str
    read: Callable[[memoryview], dict[str, Tensor]]
    caution: str = ""


SAFETENSORS = Format("safetensors", read_safetensors)
TORCH = Format(
    "torch",
    read_torch,
    "A .pth file can contain code. This one contained only tensors: from now on, use the model "
    "folder, which cannot contain anything else.",
)
CAFFE = Format("Caffe", read_caffemodel)
ZIP, PICKLE, HDF5 = b"PK\x03\x04", b"\x80", b"\x89HDF"
HEADER_LENGTH_BYTES = 8  # in safetensors, before the header, which starts with a brace
LONGEST_HEADER_BYTES = 100_000_000
COUNTERS = ".num_batches_tracked"  # counters of torch's batch norms, not used here


def read_weights(path: Path) -> Weights:
    """Return the tensors of a `.safetensors`, `.pth` or `.caffemodel` file.

    Raises:
        ModelError: if it cannot be read, is damaged or has another format.
    """
    content = _content(path)
    if content[:4] == HDF5:
        raise ModelError(
            f"{path} is HDF5, which is not supported: choose the .caffemodel file instead."
        )
    form = format_of(content)
    try:
        tensors = _numbers(form.read(memoryview(content)))
    except ValueError as error:
        raise ModelError(
            f"{path} cannot be read as {form.title} weights: {error}. Get a new copy of the file "
            "or choose a .safetensors, .pth or .caffemodel file."
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    return Weights(path.name, form.title, digest, tensors, form.caution)


def format_of(content: bytes) -> Format:
    """Return the format of a file by its first bytes; protocol buffers have no signature."""
    if content[:4] == ZIP or content[:1] == PICKLE:
        return TORCH
    header = content[HEADER_LENGTH_BYTES : HEADER_LENGTH_BYTES + 1]
    length = int.from_bytes(content[:HEADER_LENGTH_BYTES], "little")
    return SAFETENSORS if header == b"{" and length <= LONGEST_HEADER_BYTES else CAFFE


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_FILE_BYTES else b""
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read ({error.strerror}): choose a weight file."
        ) from error
    if size > LARGEST_FILE_BYTES:
        raise ModelError(f"{path} has {size} bytes, more than any weight file: choose another.")
    return content


def _numbers(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return tensors as dense float32.

    Raises:
        ValueError: if no tensors are left, or they need more memory than any weight file.
    """
    kept = {name: value for name, value in found.items() if not name.endswith(COUNTERS)}
    if not kept:
        raise ValueError("it contains no named tensors")
    for name, value in kept.items():
        if value.layout != torch.strided or not value.is_floating_point():
            raise ValueError(
                f"'{name}' is {value.dtype} and {value.layout}, not dense floating point"
            )
    if sum(value.numel() for value in kept.values()) * 4 > 2 * LARGEST_FILE_BYTES:
        raise ValueError("its tensors are larger than any network")
    return {name: value.to(torch.float32).contiguous() for name, value in kept.items()}
