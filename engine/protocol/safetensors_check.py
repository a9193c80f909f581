# SPDX-License-Identifier: GPL-2.0-or-later
"""Check of untrusted weights without torch: structure of a safetensors file and finite values.

The format is the size of the header in 8 bytes, the header in JSON, and the values of all tensors
without gaps. A pickle, which could run code when it is loaded, does not have this form.
"""

from __future__ import annotations

import json
import math
import sys
from array import array
from typing import IO, Any, Dict, List, NamedTuple, Tuple

LARGEST_HEADER_BYTES = 1 << 24
BYTES_OF = {
    "F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
    "U16": 2, "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1,
}  # fmt: skip
CHECKED = {"F32": "f", "F64": "d"}  # typecodes of the types whose values are checked
CHUNK_BYTES = 1 << 20
DAMAGED = "the weights are not a valid safetensors file"


def check_safetensors(file: IO[bytes], size: int) -> None:
    """Check the header and the values of a safetensors file, read from its beginning.

    Args:
        file: open file at position 0.
        size: size of the file in bytes.

    Raises:
        ValueError: if the file is not valid or has NaN or infinite values; the message is a clause.
    """
    prefix = file.read(8)
    header_bytes = int.from_bytes(prefix, "little")
    if len(prefix) < 8 or not 2 <= header_bytes <= min(size - 8, LARGEST_HEADER_BYTES):
        if prefix[:2] == b"PK" or prefix[:1] == b"\x80":
            raise ValueError("the weights are a pickle, which could run code when it is loaded")
        raise ValueError(DAMAGED)
    for span in tensor_spans(file.read(header_bytes), size - 8 - header_bytes):
        _check_values(file, span.end - span.start, CHECKED.get(span.dtype, ""))


class TensorSpan(NamedTuple):
    """Place of a tensor in the data of a safetensors file.

    Args:
        start: first byte after the header.
        end: byte after the last one.
        dtype: name of the type, as `F32`.
        shape: edges.
        name: name of the tensor.
    """

    start: int
    end: int
    dtype: str
    shape: Tuple[int, ...]
    name: str


def tensor_spans(header: bytes, data_bytes: int) -> List[TensorSpan]:
    """Return the places of all tensors in the order of the file, without gaps or overlaps.

    Args:
        header: header of the file, JSON.
        data_bytes: number of bytes after the header.

    Raises:
        ValueError: if the header is invalid; the message is a clause.
    """
    try:
        tensors = json.loads(header.decode("utf-8"))
        tensors.pop("__metadata__", None)
        spans = sorted(_span(name, tensor, data_bytes) for name, tensor in tensors.items())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(f"{DAMAGED}: its header is damaged") from None
    position = 0
    for span in spans:
        if span.start != position:
            raise ValueError(f"{DAMAGED}: its tensors overlap or leave gaps")
        position = span.end
    if position != data_bytes:
        raise ValueError(f"{DAMAGED}: it is longer or shorter than its tensors")
    return spans


def _span(name: str, tensor: Dict[str, Any], data_bytes: int) -> TensorSpan:
    """Return the place of a tensor.

    Raises:
        ValueError: if the offsets do not match type and shape.
    """
    start, end = tensor["data_offsets"]
    edges = tensor["shape"]
    if not all(type(number) is int and number >= 0 for number in (start, end, *edges)):
        raise ValueError
    if end > data_bytes or end - start != math.prod(edges) * BYTES_OF[tensor["dtype"]]:
        raise ValueError
    return TensorSpan(start, end, tensor["dtype"], tuple(edges), name)


def _check_values(file: IO[bytes], count: int, typecode: str) -> None:
    """Read `count` bytes.

    Raises:
        ValueError: if the file ends before, or a value is NaN or infinite.
    """
    while count:
        chunk = file.read(min(CHUNK_BYTES, count))
        if len(chunk) < min(CHUNK_BYTES, count):
            raise ValueError(f"{DAMAGED}: it is shorter than its tensors")
        count -= len(chunk)
        if not typecode:
            continue
        values = array(typecode, chunk)
        if sys.byteorder == "big":
            values.byteswap()
        # The sum of finite 32-bit values cannot overflow; 64-bit ones are checked one by one.
        is_finite = (
            math.isfinite(sum(values)) if typecode == "f" else all(map(math.isfinite, values))
        )
        if not is_finite:
            raise ValueError("the weights have NaN or infinite values")
