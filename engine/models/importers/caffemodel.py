# SPDX-License-Identifier: GPL-2.0-or-later
"""Caffe weight files: a protocol buffer of layers, each with a name and blobs.

Only names, types and blobs are read. Layers have the current or the V1 format, which uses other
field numbers and an enumeration of types; the shape of a blob is a message or, in the legacy
format, four numbers.

    Y. Jia et al., Caffe: Convolutional Architecture for Fast Feature Embedding, ACM MM 2014;
    src/caffe/proto/caffe.proto (NetParameter, LayerParameter, V1LayerParameter, BlobProto).
"""

from __future__ import annotations

from itertools import islice
from math import prod
from typing import TYPE_CHECKING, NamedTuple

import torch

from .protobuf import BYTES, DamagedMessageError, FieldBudget, fields_of, varints_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from .protobuf import Field

MOST_DIMENSIONS = 8
LONGEST_NAME = 200  # bytes
LARGEST_EDGE = 1 << 31  # of an empty blob: others are bounded by their values
BLOB_NAMES = ("weight", "bias")
MOVING_AVERAGES = 3  # blobs of a batch norm: sums of means, of variances and of their weights
SHAPE, DATA, DOUBLE_DATA = 7, 5, 8
LEGACY_SHAPE = (1, 2, 3, 4)  # num, channels, height, width


class Numbers(NamedTuple):
    """Field numbers of a layer."""

    name: int
    kind: int
    blobs: int


LAYERS = {100: Numbers(name=1, kind=2, blobs=7), 2: Numbers(name=4, kind=5, blobs=6)}


def read_caffemodel(content: Tensor) -> dict[str, Tensor]:
    """Return the tensors of a `.caffemodel`.

    Args:
        content: content of the file, (n,) uint8.

    Raises:
        ValueError: if the file has another format, is damaged or has no weights; the message gives
            the reason.
    """
    tensors: dict[str, Tensor] = {}
    budget = FieldBudget()
    for field in fields_of(content.numpy().data, budget):
        if field.number in LAYERS and field.wire == BYTES:
            name, kind, blobs = _layer(field.content, LAYERS[field.number], budget)
            named = _averages(name, blobs) if kind == "BatchNorm" else _named(name, blobs)
            for key, tensor in named.items():
                if key in tensors:
                    raise DamagedMessageError(f"two layers have the name {name!r}")
                tensors[key] = tensor
    if not tensors:
        raise DamagedMessageError("none of its layers has weights")
    return tensors


def _layer(
    message: memoryview, numbers: Numbers, budget: FieldBudget
) -> tuple[str, str, list[Tensor]]:
    """Return name, type and blobs of a layer; the type is empty if it is an enumeration."""
    name, kind, blobs = "", "", []
    for field in fields_of(message, budget):
        if field.number == numbers.name:
            name = bytes(field.content[:LONGEST_NAME]).decode("utf-8", "replace")
        elif field.number == numbers.kind:
            kind = bytes(field.content[:LONGEST_NAME]).decode("utf-8", "replace")
        elif field.number == numbers.blobs and field.wire == BYTES:
            blobs.append(_blob(field.content, name, budget))
    return name, kind, blobs


def _named(name: str, blobs: list[Tensor]) -> dict[str, Tensor]:
    if len(blobs) > len(BLOB_NAMES):
        raise DamagedMessageError(f"layer {name!r} has {len(blobs)} blobs, at most 2 are supported")
    return {f"{name}.{part}": blob for part, blob in zip(BLOB_NAMES, blobs, strict=False)}


def _averages(name: str, blobs: list[Tensor]) -> dict[str, Tensor]:
    """Return mean and variance of a batch norm, which Caffe stores as weighted sums."""
    if not blobs:
        return {}
    if len(blobs) != MOVING_AVERAGES or blobs[2].numel() != 1:
        raise DamagedMessageError(f"the batch norm {name!r} does not have three blobs")
    weight = float(blobs[2])
    mean, variance = (blob / weight if weight else torch.zeros_like(blob) for blob in blobs[:2])
    return {f"{name}.running_mean": mean, f"{name}.running_var": variance}


def _blob(message: memoryview, layer: str, budget: FieldBudget) -> Tensor:
    """Return one blob; its shape must match the number of values."""
    shape: list[int] | None = None
    legacy = dict.fromkeys(LEGACY_SHAPE, 0)
    parts: dict[int, list[memoryview]] = {DATA: [], DOUBLE_DATA: []}
    for field in fields_of(message, budget):
        if field.number == SHAPE:
            shape = list(islice(_dimensions(field, budget), MOST_DIMENSIONS + 1))
        elif field.number in legacy:
            legacy[field.number] = field.value
        elif field.number in parts:
            parts[field.number].append(field.content)
    numbers = _floats(parts[DATA], torch.float32) if parts[DATA] else None
    if numbers is None:
        numbers = _floats(parts[DOUBLE_DATA], torch.float64).float()
    wanted = _without_padding(list(legacy.values())) if shape is None else shape
    if (
        len(wanted) > MOST_DIMENSIONS
        or max(wanted, default=0) > LARGEST_EDGE
        or prod(wanted) != numbers.numel()
    ):
        raise DamagedMessageError(
            f"layer {layer!r} has a blob of shape {tuple(wanted)} with {numbers.numel()} values"
        )
    try:
        return numbers.reshape(wanted)
    except RuntimeError as error:  # an empty blob with edges whose product overflows
        raise DamagedMessageError(f"layer {layer!r} has a blob of impossible shape") from error


def _dimensions(shape: Field, budget: FieldBudget) -> Iterator[int]:
    for field in fields_of(shape.content, budget):
        if field.number == 1:
            yield from varints_of(field)


def _without_padding(shape: list[int]) -> list[int]:
    """Return a legacy shape without the leading ones that pad it to four dimensions."""
    if shape[:3] == [1, 1, 1]:
        return shape[3:]
    return shape[2:] if shape[:2] == [1, 1] else shape


def _floats(parts: list[memoryview], dtype: torch.dtype) -> Tensor:
    """Return the numbers of a repeated field, packed or single."""
    content = bytearray().join(parts)
    if len(content) % dtype.itemsize:
        raise DamagedMessageError("a blob ends within a number")
    return torch.frombuffer(content, dtype=dtype) if content else torch.zeros(0, dtype=dtype)
