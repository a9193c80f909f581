# SPDX-License-Identifier: GPL-2.0-or-later
"""Model of glibc's heap with the settings of `engine.process.allocator`.

A block goes into the smallest free block that has room, and else to the end of the heap. Freed
neighbors merge, and stay in the memory of the process until the heap is trimmed. Something small is
allocated sooner or later behind a block at the end, and keeps a larger one from taking its place
once it is free. So the memory of a process is more than what is in use at once.
"""

from __future__ import annotations

from typing import NamedTuple

ALIGNMENT = 64  # of torch's tensors
SMALL_BYTES = 64  # what lies between two blocks that were allocated at the end


class _Free(NamedTuple):
    """A free block.

    Args:
        size: number of its bytes.
        held: number of its bytes that are in memory.
    """

    size: int
    held: int


class Heap:
    """Heap without content that counts its bytes in memory.

    Example:
        >>> heap = Heap()
        >>> first, second = heap.allocate(1000), heap.allocate(1000)
        >>> heap.release(first)
        >>> third = heap.allocate(500)  # in the place of the first
        >>> fourth = heap.allocate(800)  # at the end, as the rest of that place is too small
        >>> heap.held_bytes // 100
        29
    """

    def __init__(self) -> None:
        self.held_bytes = self.peak_bytes = 0
        self._end = 0
        self._used: dict[int, int] = {}
        self._free: dict[int, _Free] = {}

    def allocate(self, size_bytes: int) -> int:
        """Return the address of a new block."""
        size = max(1, -(-size_bytes // ALIGNMENT)) * ALIGNMENT
        fitting = [address for address, free in self._free.items() if free.size >= size]
        if fitting:
            address = min(fitting, key=lambda each: (self._free[each].size, each))
            self._take(address, size)
        else:
            address = self._end
            self._end += size + SMALL_BYTES
            self.held_bytes += size + SMALL_BYTES
        self._used[address] = size
        self.peak_bytes = max(self.peak_bytes, self.held_bytes)
        return address

    def release(self, address: int) -> None:
        """Free a block, and merge it with free neighbors."""
        size = held = self._used.pop(address)
        for other, free in list(self._free.items()):
            if other + free.size == address or address + size == other:
                del self._free[other]
                address, size, held = min(address, other), size + free.size, held + free.held
        self._free[address] = _Free(size, held)

    def trim(self) -> None:
        """Return the memory of all free blocks to the system."""
        self.held_bytes -= sum(free.held for free in self._free.values())
        self._free = {address: _Free(free.size, 0) for address, free in self._free.items()}

    def _take(self, address: int, size: int) -> None:
        """Take the beginning of a free block into use."""
        free = self._free.pop(address)
        rest = free.size - size
        held = min(free.held, rest)
        self.held_bytes += size - (free.held - held)
        if rest:
            self._free[address + size] = _Free(rest, held)
