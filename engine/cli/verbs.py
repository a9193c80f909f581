# SPDX-License-Identifier: GPL-2.0-or-later
"""The verbs of `python -m engine`, each imported only if it is used.

So `--help` and errors in flags are printed at once, without importing torch.
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
    "plan": "plan",
    "run": "run_job_file",
    "architectures": "architectures",
    "models": "models",
    "stop": "stop",
    "self-test": "self_test",
    "serve": "serve",
}


def run_verb(arguments: Sequence[str], channel: Channel, parent: int) -> int:
    """Run the verb on the command line and return the exit code of the process.

    Args:
        arguments: arguments on the command line, beginning with the verb.
        channel: standard output.
        parent: ID of the parent process.
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
        if error.is_reader_gone:  # as with `... | head`
            return DONE
        sys.stderr.write(f"error: Standard output cannot be written: {error.strerror}.\n")
        return FAILED
    except KeyboardInterrupt:  # while torch was imported: no job has begun
        return SIGNALED + SIGINT
    return exit_code


def _parse(arguments: Sequence[str], channel: Channel) -> Namespace:
    """Parse the command line; help texts are written to the channel."""
    output = StringIO()
    try:
        with redirect_stdout(output):
            return build_parser().parse_args(attach_negative_values(arguments))
    finally:
        if output.getvalue():
            channel.send(output.getvalue().rstrip())
