# SPDX-License-Identifier: GPL-2.0-or-later
"""Signal handling that does not depend on the main thread.

Python runs signal handlers on the main thread, between two instructions, so not during a long call
of torch. But the interpreter can write the number of a signal to a socket as soon as it arrives,
where another thread reads it.
"""

from __future__ import annotations

import signal
import socket
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# SIGHUP is sent when the terminal is closed; it does not exist on Windows.
STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def listen_for_signals(on_signal: Callable[[int], None]) -> None:
    """Call `on_signal` from another thread with the number of each signal in `STOP_SIGNALS`.

    It must be called on the main thread, once per process. SIGHUP stays ignored under `nohup`, so
    that the process continues after its terminal is closed.
    """
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    for number in STOP_SIGNALS:
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _do_nothing)

    def listen() -> None:
        with sender, receiver:  # the thread keeps both sockets open as long as the process runs
            while received := receiver.recv(1):
                if received[0] in STOP_SIGNALS:
                    on_signal(received[0])

    Thread(target=listen, name="signals", daemon=True).start()


def _do_nothing(_number: int, _frame: object) -> None:
    """Replace the default handler; without a handler nothing is written to the socket."""
