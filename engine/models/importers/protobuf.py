# SPDX-License-Identifier: GPL-2.0-or-later
"""Protocol buffers without their library: the fields of one message after the other.

A message is a row of fields: a key (number and wire type), then a number or so many bytes. Nothing
is believed: every length is checked against what is left before anything is read.

    Protocol Buffers, Encoding. https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5  # wire types; 3 and 4 are groups, long abolished
LONGEST_VARINT = 10
NO_BYTES = memoryview(b"")


class DamagedMessageError(ValueError):
    """Bytes that are no message; says why, as the end of a sentence."""


class Field(NamedTuple):
    """One field of a message.

    Args:
        number: what it means.
        wire: its wire type.
        value: of a varint, else 0.
        content: of every other type, not copied.
    """

    number: int
    wire: int
    value: int
    content: memoryview


def fields_of(message: memoryview) -> Iterator[Field]:
    """Yield the fields of a message in the order they lie there.

    Raises:
        DamagedMessageError: the bytes end too early, or are no message.
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
                raise DamagedMessageError(f"field {number} needs {length} bytes, fewer are left")
            position += length
        yield Field(number, wire, value, content)


def varints_of(field: Field) -> Iterator[int]:
    """Yield the numbers of a repeated field, packed or one alone.

    Raises:
        DamagedMessageError: the bytes are no numbers.
    """
    if field.wire == VARINT:
        yield field.value
        return
    position = 0
    while position < len(field.content):
        value, position = _varint(field.content, position)
        yield value


def _length(message: memoryview, position: int, wire: int) -> tuple[int, int]:
    """Return how many bytes the content has, and where it starts."""
    if wire == BYTES:
        return _varint(message, position)
    if wire in (FIXED64, FIXED32):
        return (8 if wire == FIXED64 else 4), position
    raise DamagedMessageError(f"wire type {wire} is unknown")


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    """Return the number at `position`, seven bits to a byte, and where it ends."""
    value = 0
    for index, byte in enumerate(message[position : position + LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    raise DamagedMessageError("a number does not end")
