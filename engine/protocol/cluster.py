# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the parts of a job run: in processes of this computer, or at the scheduler of a cluster."""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from .errors import JobError

MOST_PROCESSES = 256
_LOCAL = re.compile(r"local:(\d{1,4})")
_SCHEDULER = re.compile(
    r"(?:tcp|tls)://[^\s/:\[\]]+:\d{1,5}|(?:tcp|tls)://\[[0-9a-fA-F:]+\]:\d{1,5}"
)


class ClusterAddress(NamedTuple):
    """Processes of this computer, or a scheduler of Dask.

    Args:
        processes: number of processes to start on this computer; 0 with a scheduler.
        scheduler: address of the scheduler, such as `tcp://10.0.0.5:8786`; empty without.
    """

    processes: int
    scheduler: str


def parse_cluster(text: str) -> Optional[ClusterAddress]:
    """Return the cluster for a text, or None for an empty one.

    >>> parse_cluster("local:4")
    ClusterAddress(processes=4, scheduler='')
    >>> parse_cluster("tcp://10.0.0.5:8786").scheduler
    'tcp://10.0.0.5:8786'

    Raises:
        JobError: if the text is neither of the two.
    """
    if not text:
        return None
    local = _LOCAL.fullmatch(text)
    if local and 1 <= int(local[1]) <= MOST_PROCESSES:
        return ClusterAddress(int(local[1]), "")
    if _SCHEDULER.fullmatch(text):
        return ClusterAddress(0, text)
    raise JobError(
        f"'cluster' is {text[:60]!r}; write local:N for N processes of this computer (1 to "
        f"{MOST_PROCESSES}), or the address of a Dask scheduler such as tcp://10.0.0.5:8786."
    )
