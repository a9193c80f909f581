# SPDX-License-Identifier: GPL-2.0-or-later
"""The verbs: what `python -m engine` can be told, each imported only when it is said.

So `--help` and a misspelled flag answer at once, without waiting for torch.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from signal import SIGINT
from typing import TYPE_CHECKING

from ..process.allocator import keep_freed_memory
from ..process.channel import ChannelError
from ..protocol import JOB_TYPES, OrthoscribeError
from .exit_codes import DONE, FAILED, SIGNALED
from .flags import attach_negative_values
from .parser import build_parser

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ..process.channel import Channel

MODULES = {
    **{job_type.kind: "job_from_flags" for job_type in JOB_TYPES},
    "run": "run_job_file",
    "architectures": "architectures",
    "self-test": "self_test",
    "serve": "serve",
}


def run_verb(arguments: Sequence[str], channel: Channel, parent: int) -> int:
    """Do what the command line asks and return the exit code of the process.

    Args:
        arguments: the command line, from the verb on.
        channel: standard output.
        parent: number of the process that started this one.
    """
    try:
        given = _parse(arguments, channel)
        given.parent = parent
        keep_freed_memory()
        exit_code: int = import_module(f".{MODULES[given.verb]}", __package__).main(given, channel)
    except OrthoscribeError as error:
        sys.stderr.write(f"error: {error}\n")
        return FAILED
    except ChannelError as error:
        if error.is_reader_gone:  # `... | head` has seen enough
            return DONE
        sys.stderr.write(f"error: Standard output cannot be written: {error.strerror}.\n")
        return FAILED
    except KeyboardInterrupt:  # while torch was imported: no job has begun
        return SIGNALED + SIGINT
    return exit_code


def _parse(arguments: Sequence[str], channel: Channel) -> Namespace:
    """Parse the command line; help, meant for standard output, goes to the channel."""
    said = StringIO()
    try:
        with redirect_stdout(said):
            return build_parser().parse_args(attach_negative_values(arguments))
    finally:
        if said.getvalue():
            channel.send(said.getvalue().rstrip())
