# SPDX-License-Identifier: GPL-2.0-or-later
"""Run a job in the foreground of a shell: it reports to the terminal and stops on Ctrl+C."""

from __future__ import annotations

import signal
import sys
from threading import Event as Flag
from typing import TYPE_CHECKING

from ..commands import run_job
from ..process.cancellation import Cancellation
from ..process.execution import conclude
from ..process.gate import publishing_gate
from ..process.signals import listen_for_signals
from ..process.watchdog import GRACE_S, exit_unless
from ..protocol import Canceled, Failed
from .exit_codes import DONE, FAILED, SIGNALED
from .terminal import TerminalReporter

if TYPE_CHECKING:
    from ..process.channel import Channel
    from ..process.execution import RunJob
    from ..protocol import Event, Job


def run_in_foreground(job: Job, channel: Channel, run: RunJob = run_job) -> int:
    """Run `job` and return the exit code of the process.

    SIGINT cancels the job, SIGTERM and SIGHUP interrupt it. A second signal ends the process, and
    so does the watchdog if the job does not stop.
    """
    cancellation = Cancellation()
    reporter = TerminalReporter(cancellation, channel, sys.stderr)
    is_over = Flag()
    signals: list[int] = []

    def stop(number: int) -> None:
        grace_s = 0.0 if signals else GRACE_S
        signals.append(number)
        if number == signal.SIGINT:
            cancellation.request()
        else:  # the terminal is closed, or the computer shuts down
            cancellation.interrupt()
        exit_unless(is_over, lambda: _print_end(Canceled(), reporter), SIGNALED + number, grace_s)

    listen_for_signals(stop)
    end = conclude(lambda: run(job, reporter), cancellation)
    is_over.set()
    publishing_gate.leave()
    _print_end(end, reporter)
    if isinstance(end, Canceled):
        return SIGNALED + signals[0] if signals else FAILED
    return FAILED if isinstance(end, Failed) else DONE


def _print_end(end: Event, reporter: TerminalReporter) -> None:
    reporter.close()
    if isinstance(end, Canceled):
        sys.stderr.write("Canceled. No results were written.\n")
    elif isinstance(end, Failed):
        sys.stderr.write(f"error: {end.message}\n")
        if end.reason == "bug":
            sys.stderr.write(end.detail)
