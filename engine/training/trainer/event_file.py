# SPDX-License-Identifier: GPL-2.0-or-later
"""Event files: curves that TensorBoard shows, written without it.

A file is a row of records: the length, its checksum, the content, its checksum. The content is an
`Event` in protocol buffers: a time, a step, and numbers by their tags.

    https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto
    https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/lib/io/record_writer.h
"""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING

from ...outputs.destination import writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VERSION = b"brain.Event:2"
POLYNOMIAL = 0x82F63B78  # of CRC-32C, bits reversed
MASK = 0xA282EAD8
STARTED = 1  # SessionLog.START: what older files say of this step and later ones is void

# Fields of the messages, as number * 8 + wire type: 0 varint, 1 double, 2 bytes, 5 float.
TIME, STEP, FILE_VERSION, SUMMARY, SESSION = 0x09, 0x10, 0x1A, 0x2A, 0x3A
VALUE, TAG, NUMBER, STATUS = 0x0A, 0x0A, 0x15, 0x08


class EventFile:
    """Takes curves; each record is on disk when `add` returns.

    Args:
        folder: where TensorBoard looks; is made.
        step: the first to come, so that what a killed run had written of it is not shown.

    Raises:
        OutputError: the file cannot be written.
    """

    def __init__(self, folder: Path, step: int) -> None:
        now_s = time.time()
        self._path = folder / f"events.out.tfevents.{int(now_s):010d}.orthoscribe.{step}"
        with writing(self._path):
            folder.mkdir(parents=True, exist_ok=True)
            self._path.write_bytes(b"")
        self._append(event(now_s, 0, FILE_VERSION, VERSION))
        self._append(event(now_s, step, SESSION, bytes([STATUS, STARTED])))

    def add(self, step: int, numbers: Mapping[str, float]) -> None:
        """Write numbers of a step, by their tags.

        Raises:
            OutputError: the disk is full.
        """
        summary = b"".join(
            _bytes(VALUE, _bytes(TAG, tag.encode()) + bytes([NUMBER]) + struct.pack("<f", number))
            for tag, number in numbers.items()
        )
        self._append(event(time.time(), step, SUMMARY, summary))

    def _append(self, content: bytes) -> None:
        with writing(self._path), self._path.open("ab") as file:
            file.write(record(content))


def record(content: bytes) -> bytes:
    """Return a content with its length and both checksums."""
    length = struct.pack("<Q", len(content))
    return length + _checksum(length) + content + _checksum(content)


def event(time_s: float, step: int, field: int, content: bytes) -> bytes:
    """Return an event that holds one field besides its time and step."""
    stamp = bytes([TIME]) + struct.pack("<d", time_s) + bytes([STEP]) + _varint(step)
    return stamp + _bytes(field, content)


def crc32c(content: bytes) -> int:
    """Return the checksum of Castagnoli.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    crc = 0xFFFFFFFF
    for byte in content:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (POLYNOMIAL if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def _checksum(content: bytes) -> bytes:
    """Return the masked checksum: a checksum of data that hold their own would be worth little."""
    crc = crc32c(content)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF)


def _bytes(field: int, content: bytes) -> bytes:
    return bytes([field]) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    """Return a number in groups of seven bits, the lowest first."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])
