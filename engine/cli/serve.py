# SPDX-License-Identifier: GPL-2.0-or-later
"""The verb `serve`: send `Hello` to the host, then run its job lines until they end."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

# numpy and torch are imported before any thread reads standard input: on Windows their import
# can hang forever while another thread is blocked in such a read (numpy #24290).
import numpy  # noqa: F401
import torch

from .. import __version__
from ..commands import import_label_command, run_job
from ..process.channel import own_stdin
from ..process.device import describe_device
from ..process.hosted import Hosted
from ..process.memory import release_unused_memory
from ..process.orphan import when_orphaned
from ..process.signals import listen_for_signals
from ..protocol import PROTOCOL_VERSION, Hello, event_to_line
from .exit_codes import DONE

if TYPE_CHECKING:
    from argparse import Namespace

    from ..process.channel import Channel
    from ..process.execution import RunJob


def main(given: Namespace, channel: Channel) -> NoReturn:
    """Serve the host until the end of standard input."""
    serve(channel, given.parent)
    sys.stderr.flush()
    # All jobs have cleaned up. A normal exit would take up to seconds for torch, in which Python
    # stops all other threads, including the watchdog, while the host would have to wait.
    os._exit(DONE)


def serve(channel: Channel, parent: int, run: RunJob = run_job) -> None:
    """Send `Hello`, then run jobs until the input ends.

    Args:
        channel: channel that receives the events.
        parent: process ID of the host.
        run: function that runs one job.
    """
    hosted = Hosted(channel, run, prepare=import_label_command, after_job=release_unused_memory)
    lines = own_stdin()
    listen_for_signals(lambda _number: hosted.stop())
    when_orphaned(hosted.stop, parent)
    channel.send(event_to_line(_hello()))
    hosted.serve(lines)


def _hello() -> Hello:
    return Hello(PROTOCOL_VERSION, __version__, torch.__version__, describe_device(), os.getpid())
