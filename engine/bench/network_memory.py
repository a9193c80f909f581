# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory of networks: what each needs to label one megapixel in one piece (Linux).

`python -m engine.bench.network_memory [NAME ...]` measures each row of the catalog at full width
in a process of its own, and prints MB per megapixel beside what the catalog says. The weights
count too, since they take their memory whatever the image.
"""

from __future__ import annotations

import argparse
import subprocess  # nosec B404 - it runs this very module
import sys

import torch

from ..architectures import build, fold
from ..protocol import CATALOG, row_named
from ..runtime.memory import peak_memory_mb
from .memory import ROOT

EDGE_PX = 1024
BANDS, CLASSES = 4, 6


def memory_mb(name: str) -> int:
    """Return the memory that a network takes for 1024 x 1024 px, in a new process.

    Raises:
        CalledProcessError: the process failed.
    """
    command = [sys.executable, "-m", "engine.bench.network_memory", "--here", name]
    done = subprocess.run(  # nosec B603 - a list, with the interpreter by its absolute path
        command, cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    return int(done.stdout)


def _measure_here(name: str) -> int:
    before = peak_memory_mb() or 0
    with torch.device("meta"):
        network = build(name, BANDS, CLASSES)
    network = fold(network.to_empty(device="cpu").eval())
    for tensor in network.state_dict().values():
        tensor.fill_(0.01)
    with torch.inference_mode():
        network(torch.zeros(1, BANDS, EDGE_PX, EDGE_PX))
    return (peak_memory_mb() or 0) - before


def main() -> None:
    """Measure the rows that the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows; none: all")
    parser.add_argument("--here", action="store_true", help="in this process, one row")
    given = parser.parse_args()
    if given.here:
        sys.stdout.write(f"{_measure_here(given.names[0])}\n")
        return
    for name in given.names or [row.name for row in CATALOG]:
        said = row_named(name).memory_mb_per_mpx
        sys.stdout.write(f"{name:26}{memory_mb(name):>8}  catalog {said}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
