# SPDX-License-Identifier: GPL-2.0-or-later
"""Recognition of exceptions that mean that memory ran out; without importing torch."""

from __future__ import annotations

# Torch's CPU allocators on Linux and Windows raise a plain RuntimeError with one of these texts.
_ALLOCATOR_TEXTS = ("DefaultCPUAllocator", "not enough memory", "can't allocate memory")


def is_out_of_device_memory(error: BaseException) -> bool:
    """Return whether the memory of a graphics card ran out."""
    return type(error).__name__ == "OutOfMemoryError" or "CUDA out of memory" in str(error)


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether memory ran out, that of the computer or of a graphics card."""
    if isinstance(error, MemoryError) or is_out_of_device_memory(error):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error) for text in _ALLOCATOR_TEXTS)
