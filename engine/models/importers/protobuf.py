# SPDX-License-Identifier: GPL-2.0-or-later
"""Minimal protocol buffer parser, without the library.

A message is a sequence of fields: a key (number and wire type), then a number or a given number of
bytes. The input is untrusted: every length is checked against the remaining bytes before reading.

    Protocol Buffers, Encoding. https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types; 3 and 4 are deprecated groups
LONGEST_VARINT = 10
MOST_FIELDS = 300_000  # of a file; large networks have thousands
NO_BYTES = memoryview(b"")


class DamagedMessageError(ValueError):
    """Invalid message; the text gives the reason and completes a sentence."""


class Field(NamedTuple):
    """Field of a message.

    Args:
        number: field number.
        wire: wire type.
        value: value of a varint, else 0.
        content: bytes of any other type, not copied.
    """

    number: int
    wire: int
    value: int
    content: memoryview


class FieldBudget:
    """Number of fields that may still be read from a file, so that its parsing takes seconds."""

    def __init__(self, fields: int = MOST_FIELDS) -> None:
        self._left = fields

    def spend(self) -> None:
        """Count one field.

        Raises:
            DamagedMessageError: if the file has too many fields.
        """
        self._left -= 1
        if self._left < 0:
            raise DamagedMessageError("it has more fields than any network")


def fields_of(message: memoryview, budget: FieldBudget) -> Iterator[Field]:
    """Yield the fields of a message in their order.

    Single numbers of 4 or 8 bytes in a row, as old files store weights, are one packed field.

    Args:
        message: bytes of the message.
        budget: number of fields left for the whole file.

    Raises:
        DamagedMessageError: if the bytes are truncated or not a message, or have too many fields.
    """
    position = 0
    while position < len(message):
        budget.spend()
        start = position
        key, position = _varint(message, position)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise DamagedMessageError("a field has the number 0")
        value, content = 0, NO_BYTES
        if wire == VARINT:
            value, position = _varint(message, position)
        else:
            length, position = _length(message, position, wire)
            content = message[position : position + length]
            if len(content) < length:
                raise DamagedMessageError(f"field {number} has {length} bytes, but fewer remain")
            position += length
            if wire in (FIXED32, FIXED64):
                content, position = _run(message, start, position, length)
        yield Field(number, wire, value, content)


def varints_of(field: Field) -> Iterator[int]:
    """Yield the numbers of a repeated field, packed or single.

    Raises:
        DamagedMessageError: if the bytes are not varints.
    """
    if field.wire == VARINT:
        yield field.value
        return
    position = 0
    while position < len(field.content):
        value, position = _varint(field.content, position)
        yield value


def _run(message: memoryview, start: int, end: int, length: int) -> tuple[memoryview, int]:
    """Return the numbers of a field and of the following ones with its key, and their end.

    Args:
        message: bytes of the message.
        start: position of the key of the first field.
        end: position after its number.
        length: number of bytes of each number.
    """
    step, key_bytes = end - start, end - start - length
    rows = np.frombuffer(message, np.uint8, (len(message) - start) // step * step, start)
    rows = rows.reshape(-1, step)
    count, known = 1, 64
    while count < len(rows):  # look ahead farther and farther
        ahead = rows[count : count + known, :key_bytes]
        same = (ahead == rows[0, :key_bytes]).all(axis=1)
        found = int(same.argmin()) if not same.all() else len(same)
        count += found
        if found < len(ahead):
            break
        known *= 2
    return memoryview(rows[:count, key_bytes:].tobytes()), start + count * step


def _length(message: memoryview, position: int, wire: int) -> tuple[int, int]:
    """Return the length of the content in bytes and its start position."""
    if wire == BYTES:
        return _varint(message, position)
    if wire in (FIXED64, FIXED32):
        return (8 if wire == FIXED64 else 4), position
    raise DamagedMessageError(f"wire type {wire} is unknown")


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    """Return the number at `position`, encoded with seven bits per byte, and its end position."""
    value = 0
    for index, byte in enumerate(message[position : position + LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    raise DamagedMessageError("a number is not terminated")
