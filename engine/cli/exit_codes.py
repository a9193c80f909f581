# SPDX-License-Identifier: GPL-2.0-or-later
"""Exit codes of the verbs; for a job ended by signal n it is `SIGNALED + n`, as in a shell."""

from __future__ import annotations

DONE = 0
FAILED = 1
MISUSED = 2
SIGNALED = 128
