# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages for an engine process that ended without a terminal event."""

from __future__ import annotations

from typing import Sequence, Tuple

from ..protocol import Failed
from .environment import REPAIR_ENGINE

_REPAIR = (
    f"{REPAIR_ENGINE[0].upper()}{REPAIR_ENGINE[1:]}; if it happens again, report it with the log."
)
_MEMORY = (
    "The engine was killed, most likely because the memory ran out: choose smaller tiles or a "
    "smaller batch, or close other programs."
)
_NATIVE = f"The engine crashed inside a compiled library. {_REPAIR}"

# Exit codes: negative signal numbers on POSIX, 128 + number through a shell, NTSTATUS on Windows
# (unsigned, or signed as some launchers give it).
_MESSAGES_BY_EXIT_CODE: Tuple[Tuple[Tuple[int, ...], str], ...] = (
    ((-9, 137), _MEMORY),
    ((-15, 143), "Another program ended the engine before the job was completed: run it again."),
    (
        (-4, 132, 0xC000001D, 0xC000001D - 2**32),
        "This processor lacks an instruction that the engine needs: use another machine.",
    ),
    ((-11, 139, -6, 134, -7, 135, -8, 136), _NATIVE),
    (
        (0xC0000005, 0xC0000005 - 2**32),
        "The engine crashed with an access violation (0xC0000005): install the current Microsoft "
        f"Visual C++ runtime. {_REPAIR}",
    ),
    (
        (0xC0000135, 0xC0000135 - 2**32),
        "The engine lacks a system library (0xC0000135): install the current Microsoft Visual C++ "
        f"runtime, then {REPAIR_ENGINE}.",
    ),
    ((0,), f"The engine ended without finishing the job. {_REPAIR}"),
)
_MESSAGES_BY_STDERR: Tuple[Tuple[str, str], ...] = (
    ("ModuleNotFoundError: No module named", "The engine's environment is incomplete. " + _REPAIR),
    ("MemoryError", _MEMORY),
)


def crash_failure(exit_code: int, stderr_lines: Sequence[str]) -> Failed:
    """Return the failure for an exit without a terminal event."""
    detail = "\n".join(stderr_lines)
    return Failed("crash", _sentence(exit_code, detail), detail, exit_code)


def _sentence(exit_code: int, detail: str) -> str:
    for codes, sentence in _MESSAGES_BY_EXIT_CODE:
        if exit_code in codes:
            return sentence
    for sign, sentence in _MESSAGES_BY_STDERR:
        if sign in detail:
            return sentence
    return f"The engine ended unexpectedly (exit code {exit_code}). {_REPAIR}"
