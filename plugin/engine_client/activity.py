# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether an engine works for this QGIS, for the dock or for the toolbox.

Whoever changes the engine's environment asks first: what is in use must stay in place.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Iterator, List

_lock = threading.Lock()
_running: List[object] = []


@contextlib.contextmanager
def engine_in_use() -> Iterator[None]:
    """Count a job as running for as long as the context lasts; any thread may enter."""
    job = object()
    with _lock:
        _running.append(job)
    try:
        yield
    finally:
        with _lock:
            _running.remove(job)


def is_engine_in_use() -> bool:
    """Return whether a job runs."""
    with _lock:
        return bool(_running)
