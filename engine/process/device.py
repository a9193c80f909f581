# SPDX-License-Identifier: GPL-2.0-or-later
"""The device that networks run on, and its number of processor threads."""

from __future__ import annotations

import os
import platform

import torch

from ..protocol import DEVICES, DeviceError


def choose_device(name: str) -> torch.device:
    """Return the device called `name`; `auto` selects the fastest one available.

    Where the graphics card did not pass the self-test of the installation, `ORTHOSCRIBE_DEVICE` is
    the device that `auto` selects.

    Args:
        name: one of `DEVICES`.

    Raises:
        DeviceError: if the device is unknown or not available.
    """
    if name == "auto":
        fastest = (each for each in ("cuda", "mps", "cpu") if _is_present(each))
        name = os.environ.get("ORTHOSCRIBE_DEVICE") or next(fastest)
    if name not in DEVICES:
        raise DeviceError(f"The device '{name}' is unknown: choose {', '.join(DEVICES)}.")
    if not _is_present(name):
        raise DeviceError(_ABSENT[name])
    return torch.device(name)


def describe_device(device: torch.device | None = None, threads: int = 0) -> str:
    """Return a description of a device, such as `cpu, 8 threads` or `cuda, NVIDIA H200`.

    Args:
        device: device to describe; None: the device that `auto` selects.
        threads: number of processor threads used; 0: all.
    """
    device = device or choose_device("auto")
    if device.type == "cuda":
        return f"cuda, {torch.cuda.get_device_name(device)}"
    if device.type == "mps":
        return f"mps, {platform.processor() or 'Apple'}"
    threads = threads or available_threads()
    return f"cpu, {threads} thread{'s' if threads > 1 else ''}"


def available_threads() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # absent on Windows and macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_present(name: str) -> bool:
    if name == "cuda":
        return torch.cuda.is_available()
    return name == "cpu" or torch.backends.mps.is_available()


_ABSENT = {
    "cuda": "This computer has no NVIDIA graphics card that the engine can use, or the engine was "
    "installed without support for it: choose the device 'auto' or 'cpu'.",
    "mps": "This computer has no Apple graphics processor that the engine can use: choose the "
    "device 'auto' or 'cpu'.",
}
