# SPDX-License-Identifier: GPL-2.0-or-later
"""A job in the foreground of a shell: it reports to the terminal and stops on Ctrl-C."""

from __future__ import annotations

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

    SIGINT, SIGTERM and SIGHUP cancel it; the second one, or a job that does not listen, ends the
    process.
    """
    cancellation = Cancellation()
    reporter = TerminalReporter(cancellation, channel, sys.stderr)
    is_over = Flag()
    heard: list[int] = []

    def stop(number: int) -> None:
        grace_s = 0.0 if heard else GRACE_S
        heard.append(number)
        cancellation.request()
        exit_unless(is_over, lambda: _say_end(Canceled(), reporter), SIGNALED + number, grace_s)

    listen_for_signals(stop)
    end = conclude(lambda: run(job, reporter), cancellation)
    is_over.set()
    publishing_gate.leave()
    _say_end(end, reporter)
    if isinstance(end, Canceled):
        return SIGNALED + heard[0] if heard else FAILED
    return FAILED if isinstance(end, Failed) else DONE


def _say_end(end: Event, reporter: TerminalReporter) -> None:
    reporter.close()
    if isinstance(end, Canceled):
        sys.stderr.write("Canceled. Nothing was left under a final name.\n")
    elif isinstance(end, Failed):
        sys.stderr.write(f"error: {end.message}\n")
        if end.reason == "bug":
            sys.stderr.write(end.detail)
