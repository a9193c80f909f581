# SPDX-License-Identifier: GPL-2.0-or-later
"""The footprint: what labeling one megapixel in one piece holds, for rows of the catalog (Linux).

`python -m engine.bench.footprint --rows frrn_a,frrn_b` prints a literal {name: MB}, for
`memory_mb_per_mpx`. Each network is folded, has random weights, four bands and six classes, labels
1024 x 1024 pixels on the processor, and is alone in its process. Building and folding do not
count; the weights do.
"""

from __future__ import annotations

import argparse
import os
import subprocess  # nosec B404 - it runs this very module
import sys
from pathlib import Path

import numpy as np
import torch

from ..architectures import build
from ..inference.predictor import Predictor
from ..protocol import CATALOG, row_named
from ..tiling.grid import padded_size

ROOT = Path(__file__).parents[2]
EDGE_PX = 1024
WARM_UP_PX = 128
BANDS = 4
CODES = (1, 2, 3, 4, 5, 6)
STATUS = Path("/proc/self/status")
CLEAR_REFS = Path("/proc/self/clear_refs")
FORGET_PEAK = "5"


def main() -> None:
    """Measure the rows named on the command line, or all."""
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
    """Return the footprint of a row in MB, measured in a new process.

    Raises:
        CalledProcessError: the network could not be built or run.
    """
    options = ["--measure", name, "--edge-px", str(edge_px), "--width", width]
    command = [sys.executable, "-m", "engine.bench.footprint", *options]
    # An allocator told to keep freed memory would hide what the pass takes.
    surroundings = {key: value for key, value in os.environ.items() if "MALLOC_" not in key}
    done = subprocess.run(  # nosec B603 - a list, with the interpreter by its absolute path
        command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, check=True
    )
    return float(done.stdout)


def footprint_mb(name: str, edge_px: int, width: str) -> float:
    """Return what labeling a square in one piece adds to this process, and its weights, in MB.

    Args:
        name: of a row.
        edge_px: of the square; a multiple of the network's stride.
        width: share of the paper's channels, a value of the option `width`.
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
    _label(predictor, padded_size(WARM_UP_PX, row.stride_px))  # libraries set themselves up once
    CLEAR_REFS.write_text(FORGET_PEAK, encoding="ascii")
    before = _megabytes("VmRSS:")
    _label(predictor, edge_px)
    weights = sum(tensor.nbytes for tensor in predictor.network.state_dict().values())
    return _megabytes("VmHWM:") - before + weights / (1 << 20)


def _label(predictor: Predictor, edge_px: int) -> None:
    image = np.random.default_rng(0).random((1, BANDS, edge_px, edge_px), np.float32)
    predictor.codes_and_confidence(image, (slice(0, edge_px), slice(0, edge_px)))


def _megabytes(name: str) -> float:
    """Return a size from the kernel's account of this process."""
    return int(STATUS.read_text(encoding="ascii").partition(name)[2].split()[0]) / 1024


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.bench.footprint", description=__doc__)
    parser.add_argument("--rows", help="names, with commas between them; all of the catalog")
    parser.add_argument("--edge-px", type=int, default=EDGE_PX)
    parser.add_argument("--width", default="1", help="share of the paper's channels")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
