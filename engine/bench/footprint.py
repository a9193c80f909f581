# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory footprint of labeling one megapixel in one tile, for architectures of the catalog (Linux).

`python -m engine.bench.footprint --rows frrn_a,frrn_b` prints a literal {name: MB}, for
`memory_mb_per_mpx`. Each network is folded, has random weights, four bands and six classes, and
labels 1024 x 1024 pixels on the CPU in a separate process. Building and folding are excluded, the
weights are included.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

from ..architectures import build
from ..labeling.predictor import Predictor
from ..protocol import CATALOG, row_named
from ..tiling.grid import padded_size

ROOT = Path(__file__).parents[2]
EDGE_PX = 1024
WARM_UP_PX = 128
BANDS = 4
CODES = (1, 2, 3, 4, 5, 6)
STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")
RESET_PEAK = "5"


def main() -> None:
    """Measure the architectures given on the command line, or all."""
    given = _arguments()
    if given.measure:
        sys.stdout.write(f"{footprint_mb(given.measure, given.edge_px, given.width)}\n")
        return
    names = given.rows.split(",") if given.rows else [row.name for row in CATALOG]
    measured = {row_named(name).name: 0.0 for name in names}
    for name in names:
        measured[name] = measure_alone(name, given.edge_px, given.width)
        sys.stderr.write(f"{name}: {measured[name]:.0f} MB\n")
    lines = "".join(f'    "{name}": {megabytes:.0f},\n' for name, megabytes in measured.items())
    sys.stdout.write(f"{{\n{lines}}}\n")


def measure_alone(name: str, edge_px: int, width: str) -> float:
    """Return the footprint of an architecture in MB, measured in a new process.

    Args:
        name: architecture name in the catalog.
        edge_px: size of the labeled square in pixels.
        width: multiplier of the paper's channels, a value of the option `width`.

    Raises:
        CalledProcessError: if the network cannot be built or run.
    """
    options = ["--measure", name, "--edge-px", str(edge_px), "--width", width]
    command = [sys.executable, "-m", "engine.bench.footprint", *options]
    # An allocator configured to keep freed memory would hide the memory of the forward pass.
    environment = {key: value for key, value in os.environ.items() if "MALLOC_" not in key}
    done = subprocess.run(  # nosec B603 - a list, with the interpreter by its absolute path
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True
    )
    return float(done.stdout)


def footprint_mb(name: str, edge_px: int, width: str) -> float:
    """Return the memory in MB added to this process by labeling a square, including the weights.

    Args:
        name: architecture name in the catalog.
        edge_px: size of the square in pixels, a multiple of the network's stride.
        width: multiplier of the paper's channels, a value of the option `width`.
    """
    row = row_named(name)
    options = {"width": width}
    predictor = Predictor(
        build(name, BANDS, len(CODES), options).eval(),
        torch.device("cpu"),
        codes=CODES,
        stride_px=row.stride_px,
        halo_px=row.halo_px,
    )
    _label(predictor, padded_size(WARM_UP_PX, row.stride_px))  # one-time setup of libraries
    CLEAR_REFS.write_text(RESET_PEAK, encoding="ascii")
    before = _megabytes("VmRSS:")
    _label(predictor, edge_px)
    weights = sum(tensor.nbytes for tensor in predictor.network.state_dict().values())
    return _megabytes("VmHWM:") - before + weights / (1 << 20)


def _label(predictor: Predictor, edge_px: int) -> None:
    image = np.random.default_rng(0).random((1, BANDS, edge_px, edge_px), np.float32)
    predictor.codes_and_confidence(image, (slice(0, edge_px), slice(0, edge_px)))


def _megabytes(name: str) -> float:
    """Return a size from the kernel's status of this process in MB."""
    return int(STATUS.read_text(encoding="ascii").partition(name)[2].split()[0]) / 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.bench.footprint", description=__doc__)
    parser.add_argument("--rows", help="names of the catalog, comma-separated; default: all")
    parser.add_argument("--edge-px", type=int, default=EDGE_PX)
    parser.add_argument("--width", default="1", help="multiplier of the paper's channels")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
