# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine`: take standard output, then see what was asked.

Only the standard library is imported before that, so nobody prints on the channel.
"""

from __future__ import annotations

import sys

from .runtime.channel import own_stdout
from .shell.verbs import obey


def main() -> int:
    """Run the verb on the command line and return the exit code of the process."""
    channel = own_stdout()
    return obey(sys.argv[1:], channel)


if __name__ == "__main__":
    sys.exit(main())
