# SPDX-License-Identifier: GPL-2.0-or-later
"""Entry point of `python -m engine`.

The parent process ID and standard output are taken before anything but the standard library is
imported. So no library can print to the channel, and the exit of the host is noticed even while
torch is being imported.
"""

from __future__ import annotations

import os
import sys

from .cli.verbs import run_verb
from .process.channel import own_stdout
from .process.environment import drop_foreign_settings
from .process.gdal_options import set_gdal_options


def main() -> int:
    """Run the verb on the command line and return the exit code of the process."""
    parent = os.getppid()
    drop_foreign_settings()
    set_gdal_options()
    channel = own_stdout()
    return run_verb(sys.argv[1:], channel, parent)


if __name__ == "__main__":
    sys.exit(main())
