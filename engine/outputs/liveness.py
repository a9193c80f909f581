# SPDX-License-Identifier: GPL-2.0-or-later
"""Check whether a process of this computer is running."""

from __future__ import annotations

import os
import sys


def is_running(pid: int) -> bool:
    """Return whether a process `pid` exists; True if that is unknown."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return _is_running_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _is_running_on_windows(pid: int) -> bool:
    """Query the kernel, since on Windows `os.kill` ends the process, even with signal 0."""
    import ctypes  # noqa: PLC0415, only Windows needs it

    may_query, still_active = 0x1000, 259
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(may_query, False, pid)
    if not handle:
        return kernel.GetLastError() == 5  # access denied: the process exists
    code = ctypes.c_ulong()
    known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return not known or code.value == still_active
