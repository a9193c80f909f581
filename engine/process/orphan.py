# SPDX-License-Identifier: GPL-2.0-or-later
"""Detection that the host has exited although its pipe stays open.

Normally the end of standard input shows it. But if the host has started another child, which
inherited the writing end of the pipe, this end stays open after the host was killed. Then only the
process ID of the parent changes. `PR_SET_PDEATHSIG` is not an alternative, since it fires when the
*thread* that started the engine ends, and QGIS starts it from a thread pool.
"""

from __future__ import annotations

import os
import sys
import time
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL_S = 0.5


def when_orphaned(on_orphaned: Callable[[], None], parent: int) -> None:
    """Call `on_orphaned` from another thread when the parent process has exited.

    On Windows it does nothing, because the ID of the parent does not change there.

    Args:
        on_orphaned: callback, called once.
        parent: `os.getppid()` at the start of the process; the host may have exited since.
    """
    if sys.platform == "win32":
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(INTERVAL_S)
        on_orphaned()

    Thread(target=watch, name="orphan watch", daemon=True).start()
