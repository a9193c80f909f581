# SPDX-License-Identifier: GPL-2.0-or-later
"""Small `.caffemodel` files for tests; import as `from orthoscribe.tests.caffe_files import ...`.

An encoder of protocol buffers in a few lines, so that the reader is not tested with itself.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CONVOLUTION = b"Convolution"
V1_CONVOLUTION = 4


def varint(value: int) -> bytes:
    """Return a number, seven bits to a byte, the lowest first."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    """Return a field that holds a number."""
    return varint(field << 3) + varint(value)


def content(field: int, value: bytes) -> bytes:
    """Return a field that holds bytes: a text, a message, or packed numbers."""
    return varint(field << 3 | 2) + varint(len(value)) + value


def blob(values: np.ndarray, shape: Sequence[int] | None = None, *, double: bool = False) -> bytes:
    """Return a BlobProto with today's kind of shape."""
    dims = b"".join(varint(length) for length in (values.shape if shape is None else shape))
    kind, field = (np.float64, 8) if double else (np.float32, 5)
    return content(7, content(1, dims)) + content(field, values.astype(kind).tobytes())


def legacy_blob(values: np.ndarray, *, packed: bool = True) -> bytes:
    """Return a BlobProto with num, channels, height and width, filled up with ones."""
    shape = (1,) * (4 - values.ndim) + values.shape
    dims = b"".join(number(field, length) for field, length in enumerate(shape, start=1))
    floats = values.astype(np.float32)
    if packed:
        return dims + content(5, floats.tobytes())
    return dims + b"".join(varint(5 << 3 | 5) + struct.pack("<f", one) for one in floats.flat)


def layer(name: str, blobs: Iterable[bytes], kind: bytes = CONVOLUTION) -> bytes:
    """Return a LayerParameter as a field of the network."""
    parts = content(1, name.encode()) + content(2, kind) + content(3, b"data") + number(10, 1)
    return content(100, parts + b"".join(content(7, each) for each in blobs))


def v1_layer(name: str, blobs: Iterable[bytes]) -> bytes:
    """Return a V1LayerParameter as a field of the network."""
    parts = content(2, b"data") + content(4, name.encode()) + number(5, V1_CONVOLUTION)
    return content(2, parts + b"".join(content(6, each) for each in blobs))


def caffemodel(layers: Mapping[str, Sequence[np.ndarray]]) -> bytes:
    """Return a network of layers: three blobs make a batch norm, fewer a convolution."""
    return content(1, b"net") + b"".join(
        layer(name, map(blob, blobs), b"BatchNorm" if len(blobs) == 3 else CONVOLUTION)
        for name, blobs in layers.items()
    )
