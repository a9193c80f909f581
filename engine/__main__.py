# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine`: remember who asks, take standard output, then see what was asked.

Only the standard library is imported before that, so nobody prints on the channel, and a host
that dies while torch is imported is missed all the same.
"""

from __future__ import annotations

import os
import sys

from .cli.verbs import run_verb
from .process.channel import own_stdout
from .process.environment import drop_foreign_settings


def main() -> int:
    """Run the verb on the command line and return the exit code of the process."""
    parent = os.getppid()
    drop_foreign_settings()
    channel = own_stdout()
    return run_verb(sys.argv[1:], channel, parent)


if __name__ == "__main__":
    sys.exit(main())
