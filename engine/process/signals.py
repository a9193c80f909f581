# SPDX-License-Identifier: GPL-2.0-or-later
"""Signals: heard at once, whatever the main thread is doing.

Python runs its signal handlers on the main thread, between two instructions, so not during a
long call of torch. The interpreter can however write the number of a signal to a socket the
moment it arrives; a thread of ours reads it there.
"""

from __future__ import annotations

import signal
import socket
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# SIGHUP comes when the terminal is closed; Windows has none.
STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


def listen_for_signals(on_signal: Callable[[int], None]) -> None:
    """Call `on_signal` with the number of each of `STOP_SIGNALS`, from another thread.

    To be called on the main thread, once for a process. Under `nohup`, which ignores SIGHUP, a
    process outlives its terminal.
    """
    ear, mouth = socket.socketpair()
    mouth.setblocking(False)
    signal.set_wakeup_fd(mouth.fileno(), warn_on_full_buffer=False)
    for number in STOP_SIGNALS:
        if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _do_nothing)

    def listen() -> None:
        with mouth, ear:  # the thread keeps both ends alive as long as the process
            while heard := ear.recv(1):
                if heard[0] in STOP_SIGNALS:
                    on_signal(heard[0])

    Thread(target=listen, name="signals", daemon=True).start()


def _do_nothing(_number: int, _frame: object) -> None:
    """Stand in for the default handler; without any handler nothing is written to the socket."""
