# SPDX-License-Identifier: GPL-2.0-or-later
"""The verbs: what `python -m engine` can be told, each imported only when it is said.

So `--help` and a misspelled flag answer at once, without waiting for torch.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from ..protocol import JOB_TYPES, OrthoscribeError
from ..runtime.allocator import keep_freed_memory
from .exit_codes import DONE, FAILED
from .flags import attach_negative_values
from .parser import build_parser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..runtime.channel import Channel

MODULES = {
    **{job_type.kind: "ask" for job_type in JOB_TYPES},
    "run": "repeat",
    "architectures": "architectures",
    "self-test": "self_test",
    "serve": "serve",
}


def obey(arguments: Sequence[str], channel: Channel) -> int:
    """Do what the command line asks and return the exit code of the process."""
    given = build_parser(channel).parse_args(attach_negative_values(arguments))
    keep_freed_memory()
    try:
        return import_module(f".{MODULES[given.verb]}", __package__).obey(given, channel)
    except OrthoscribeError as error:
        sys.stderr.write(f"error: {error}\n")
        return FAILED
    except BrokenPipeError:  # `... | head` has seen enough
        return DONE
