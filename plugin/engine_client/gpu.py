# SPDX-License-Identifier: GPL-2.0-or-later
"""NVIDIA graphics cards of this machine, as the driver's own program reports them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Tuple

from .launch import child_environment

QUERY_S = 5.0

_SMI_FOLDERS = ("/usr/lib/wsl/lib", r"C:\Windows\System32")
_QUERY = ("--query-gpu=name,compute_cap,driver_version", "--format=csv,noheader,nounits")
_ROW = re.compile(r"(.+?)\s*,\s*(\d+)\.(\d+)\s*,\s*(\d+(?:\.\d+)*)\s*")


@dataclass(frozen=True)
class Gpu:
    """A graphics card.

    Args:
        name: name of the product.
        capability: compute capability, as (8, 6).
        driver: version of the driver, as (580, 65, 6).
    """

    name: str
    capability: Tuple[int, int]
    driver: Tuple[int, ...]


def find_gpus() -> List[Gpu]:
    """Return the cards of this machine; empty if there is no driver, or it does not answer."""
    program = _nvidia_smi()
    if program is None:
        return []
    try:
        found = subprocess.run(  # nosec B603  # a full path and constants, no shell
            [program, *_QUERY],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=QUERY_S,
            env=child_environment(os.environ),
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return parse_gpus(found.stdout.decode("utf-8", "replace"))


def parse_gpus(table: str) -> List[Gpu]:
    """Return the cards in the output of nvidia-smi; other lines are skipped.

    >>> parse_gpus("NVIDIA T4, 7.5, 580.65.06")
    [Gpu(name='NVIDIA T4', capability=(7, 5), driver=(580, 65, 6))]
    """
    rows = filter(None, map(_ROW.fullmatch, table.splitlines()))
    return [
        Gpu(row[1], (int(row[2]), int(row[3])), tuple(map(int, row[4].split(".")))) for row in rows
    ]


def _nvidia_smi() -> Optional[str]:
    found = shutil.which("nvidia-smi")
    if found is None:
        found = next(
            filter(None, (shutil.which("nvidia-smi", path=each) for each in _SMI_FOLDERS)), None
        )
    return str(Path(found).absolute()) if found else None
