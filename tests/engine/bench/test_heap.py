# SPDX-License-Identifier: GPL-2.0-or-later
"""The model of the heap reuses, merges and keeps freed memory as glibc does."""

from __future__ import annotations

import pytest
from orthoscribe.engine.bench.heap import Heap

MB = 1 << 20


def held_mb(heap):
    return pytest.approx(heap.held_bytes / MB, abs=0.01)


def test_freed_memory_is_kept_and_used_again():
    heap = Heap()
    heap.release(heap.allocate(8 * MB))
    assert held_mb(heap) == 8
    heap.allocate(3 * MB)
    heap.allocate(5 * MB)
    assert held_mb(heap) == 8


def test_empty_blocks_have_places_of_their_own():
    heap = Heap()
    heap.release(heap.allocate(MB))
    places = {heap.allocate(0) for _ in range(3)} | {heap.allocate(MB // 2)}
    assert len(places) == 4


def test_block_takes_the_smallest_place_with_room():
    heap = Heap()
    large, _, small = [heap.allocate(size * MB) for size in (8, 1, 4)]
    heap.release(large)
    heap.release(small)
    assert heap.allocate(3 * MB) == small
    assert heap.allocate(6 * MB) == large


def test_parts_of_a_block_merge_when_they_are_free():
    heap = Heap()
    heap.release(heap.allocate(8 * MB))
    parts = [heap.allocate(2 * MB) for _ in range(4)]
    for part in (parts[1], parts[3], parts[0], parts[2]):
        heap.release(part)
    heap.allocate(8 * MB)
    assert held_mb(heap) == 8


def test_larger_block_does_not_take_the_place_of_smaller_ones_at_the_end():
    heap = Heap()
    heap.release(heap.allocate(4 * MB))
    heap.release(heap.allocate(6 * MB))
    assert held_mb(heap) == 10
    assert heap.peak_bytes == heap.held_bytes


def test_trimmed_heap_holds_what_is_in_use():
    heap = Heap()
    first, second = heap.allocate(4 * MB), heap.allocate(2 * MB)
    heap.release(first)
    heap.trim()
    assert held_mb(heap) == 2
    heap.allocate(MB)
    assert held_mb(heap) == 3
    heap.allocate(3 * MB)
    assert held_mb(heap) == 6
    heap.release(second)
    assert heap.peak_bytes == heap.held_bytes
