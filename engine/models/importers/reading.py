# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading a file of weights, whatever its format: what it is shows in its first bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import torch

from ...protocol import ModelError
from .caffemodel import read_caffemodel
from .limits import LARGEST_FILE_BYTES
from .safetensors_file import read_safetensors
from .torch_file import read_torch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor


class Weights(NamedTuple):
    """The content of a file of weights.

    Args:
        file: its name.
        format: its format, in words.
        sha256: of the file.
        tensors: by name, float32: `<layer>.weight`, `<layer>.bias`, `<layer>.running_mean` and
            `<layer>.running_var`, whatever the format calls the parts.
        caution: a sentence on files of this format, or nothing.
    """

    file: str
    format: str
    sha256: str
    tensors: dict[str, Tensor]
    caution: str = ""


class Format(NamedTuple):
    """A format of files.

    Args:
        title: what it is called.
        read: returns the tensors of a file's content.
        caution: what whoever uses such a file should know.
    """

    title: str
    read: Callable[[memoryview], dict[str, Tensor]]
    caution: str = ""


SAFETENSORS = Format("safetensors", read_safetensors)
TORCH = Format(
    "torch",
    read_torch,
    "A .pth file can hold programs. This one held tensors alone: from now on use the model folder, "
    "which can hold nothing else.",
)
CAFFE = Format("Caffe", read_caffemodel)
ZIP, PICKLE, HDF5 = b"PK\x03\x04", b"\x80", b"\x89HDF"
HEADER_LENGTH_BYTES = 8  # of safetensors, before its header, which starts with a brace
LONGEST_HEADER_BYTES = 100_000_000
COUNTERS = ".num_batches_tracked"  # torch's batch norms count batches, which no network needs


def read_weights(path: Path) -> Weights:
    """Return the tensors of a `.safetensors`, `.pth` or `.caffemodel` file.

    Raises:
        ModelError: it cannot be read, is damaged, or is no such file.
    """
    content = _content(path)
    if content[:4] == HDF5:
        raise ModelError(f"{path} is HDF5, which is not read: give the .caffemodel file instead.")
    form = format_of(content)
    try:
        tensors = _numbers(form.read(memoryview(content)))
    except ValueError as error:
        raise ModelError(
            f"{path} cannot be read as {form.title} weights: {error}. Get the file again, or give "
            "a .safetensors, .pth or .caffemodel file."
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    return Weights(path.name, form.title, digest, tensors, form.caution)


def format_of(content: bytes) -> Format:
    """Return the format of a file by its first bytes; protocol buffers have no mark of theirs."""
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
            f"{path} cannot be read ({error.strerror}): choose a file of weights."
        ) from error
    if size > LARGEST_FILE_BYTES:
        raise ModelError(f"{path} has {size} bytes, more than any file of weights: choose another.")
    return content


def _numbers(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return tensors as dense float32.

    Raises:
        ValueError: there are none, or they would need more memory than any file of weights.
    """
    kept = {name: value for name, value in found.items() if not name.endswith(COUNTERS)}
    if not kept:
        raise ValueError("it holds no tensors by name")
    for name, value in kept.items():
        if value.layout != torch.strided or not value.is_floating_point():
            raise ValueError(f"'{name}' is {value.dtype} and {value.layout}, not plain numbers")
    if sum(value.numel() for value in kept.values()) * 4 > 2 * LARGEST_FILE_BYTES:
        raise ValueError("its tensors claim more numbers than any network has")
    return {name: value.to(torch.float32).contiguous() for name, value in kept.items()}
