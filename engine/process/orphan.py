# SPDX-License-Identifier: GPL-2.0-or-later
"""The orphan watch: hear that the host has died although its pipe stays open.

End of file on standard input normally says it. If the host had started another child that
inherited the writing end of the pipe, that end stays open after the host was killed. Then only
the process id of the parent tells: it changes. `PR_SET_PDEATHSIG` would be no better, since it
fires when the *thread* that started the engine ends, and QGIS starts it from a pool.
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
    """Call `on_orphaned` from another thread once the parent process has gone.

    Does nothing on Windows, where a process keeps the number of its dead parent.

    Args:
        on_orphaned: called once.
        parent: `os.getppid()` as it was when the process began; the host may have died since.
    """
    if sys.platform == "win32":
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(INTERVAL_S)
        on_orphaned()

    Thread(target=watch, name="orphan watch", daemon=True).start()
