# SPDX-License-Identifier: GPL-2.0-or-later
"""Jobs of the dock and the toolbox that are running in this QGIS.

The engine's environment must not be changed while it is in use, so this is checked before.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Iterator, List

_lock = threading.Lock()
_running: List[object] = []


@contextlib.contextmanager
def engine_in_use() -> Iterator[None]:
    """Count a job as running during the context; safe in any thread."""
    job = object()
    with _lock:
        _running.append(job)
    try:
        yield
    finally:
        with _lock:
            _running.remove(job)


def is_engine_in_use() -> bool:
    """Return whether a job is running."""
    with _lock:
        return bool(_running)
