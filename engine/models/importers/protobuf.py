# SPDX-License-Identifier: GPL-2.0-or-later
"""Minimal protocol buffer parser, without the library.

A message is a sequence of fields: a key (number and wire type), then a number or a given number of
bytes. The input is untrusted: every length is checked against the remaining bytes before reading.

    Protocol Buffers, Encoding. https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types; 3 and 4 are deprecated groups
LONGEST_VARINT = 10
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


def fields_of(message: memoryview) -> Iterator[Field]:
    """Yield the fields of a message in their order.

    Raises:
        DamagedMessageError: if the bytes are truncated or not a message.
    """
    position = 0
    while position < len(message):
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
