# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory footprints of labeling, for architectures of the catalog.

`python -m engine.bench.footprint --rows frrn_a,frrn_b` prints lines of the table in
`engine.labeling.footprints`. Networks of four bands and six classes are folded and label square
windows with confidence, as shapes without numbers, so that it takes seconds. Only dense CRFs are
computed, on a generated scene.

With `--measure 384` each network also labels a square of that size, in a process of its own on one
thread of a CPU (Linux), and the growth of the process is printed beside the estimate.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..architectures import build
from ..architectures.crf.with_crf import WithCrf
from ..architectures.folding import Folded
from ..architectures.uninitialized import shapes_alone
from ..labeling.footprints import EDGES_PX, footprint_mb
from ..labeling.predictor import Predictor
from ..labeling.sliding_window import label_scene
from ..process.allocator import keep_freed_memory, trim_heap
from ..protocol import CATALOG, row_named
from ..synthetic import make_scene
from ..tiling.grid import padded_size
from .live_bytes import LiveBytes
from .peak import peak_mb, reset_peak, resident_mb

if TYPE_CHECKING:
    from torch import nn

    from ..tiling.window import Window

ROOT = Path(__file__).parents[2]
WARM_UP_PX = 128
BANDS = 4
CODES = (1, 2, 3, 4, 5, 6)
CRF_PX = 256  # edge of the computed square; a dense CRF grows with the number of pixels
SEED, GSD_M = 404, 0.1


def main() -> None:
    """Compute the footprints of the architectures on the command line, or of all."""
    given = _arguments()
    if given.alone:
        sys.stdout.write(f"{growth_mb(given.alone, given.measure)}\n")
        return
    for name in given.rows.split(",") if given.rows else [row.name for row in CATALOG]:
        numbers = ", ".join(f"{mb:.0f}" for mb in computed_footprints_mb(name))
        measured = f"  # {_comparison(name, given.measure)}" if given.measure else ""
        sys.stdout.write(f'    "{name}": ({numbers}),{measured}\n')
        sys.stdout.flush()


def computed_footprints_mb(name: str) -> list[float]:
    """Return the memory of square windows with edges of `EDGES_PX`, in MB.

    Args:
        name: architecture name in the catalog.
    """
    with shapes_alone():
        predictor = _predictor(name, torch.device("meta"))
    network, crf = predictor.network, None
    if isinstance(network, Folded) and isinstance(network.network, WithCrf):
        network, crf = Folded(network.network.unary), network.network.crf
    maps_mb = [_maps_mb(predictor, network, edge_px) for edge_px in EDGES_PX]
    if crf is None:
        return maps_mb
    crf_mb_per_px = _crf_mb(name) / CRF_PX**2
    return [
        max(mb, crf_mb_per_px * edge_px**2) for mb, edge_px in zip(maps_mb, EDGES_PX, strict=True)
    ]


def growth_mb(name: str, edge_px: int) -> float:
    """Return the memory in MB by which this process grows when it labels a square.

    Args:
        name: architecture name in the catalog.
        edge_px: size of the square in pixels, rounded up to the network's stride.
    """
    keep_freed_memory()  # as the engine does
    torch.set_num_threads(1)
    predictor = _predictor(name, torch.device("cpu"))
    _label(predictor, padded_size(WARM_UP_PX, predictor.stride_px))  # libraries are set up once
    trim_heap()
    reset_peak()
    before = resident_mb()
    _label(predictor, padded_size(edge_px, predictor.stride_px))
    return peak_mb() - before


def _comparison(name: str, edge_px: int) -> str:
    command = [sys.executable, "-m", "engine.bench.footprint"]
    done = subprocess.run(  # nosec B603 - a list, with the interpreter by its absolute path
        [*command, "--alone", name, "--measure", str(edge_px)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    measured = float(done.stdout)
    told = footprint_mb(name, padded_size(edge_px, row_named(name).stride_px) ** 2)
    return f"{edge_px} px: {measured:.0f} MB measured, {told:.0f} MB in the table"


def _predictor(name: str, device: torch.device) -> Predictor:
    row = row_named(name)
    return Predictor(
        build(name, BANDS, len(CODES)).eval(),
        device,
        codes=CODES,
        stride_px=row.stride_px,
        halo_px=row.halo_px,
    )


def _maps_mb(predictor: Predictor, network: nn.Module, edge_px: int) -> float:
    """Return the memory of the input, the maps of the layers and the labels of a square."""
    core = slice(0, edge_px), slice(0, edge_px)
    weights = network.state_dict(keep_vars=True).values()
    with torch.inference_mode(), LiveBytes(weights) as live:
        image = torch.empty((1, BANDS, edge_px, edge_px), device="meta")
        copy = image.contiguous(memory_format=torch.channels_last)
        predictor.labels_of(network(copy, core))
    return live.peak_mb


def _crf_mb(name: str) -> float:
    """Return the memory of the dense CRF of an architecture on a square of `CRF_PX`."""
    network = build(name, BANDS, len(CODES), {"width": "1/16"}).eval()
    scene = make_scene(SEED, CRF_PX, GSD_M)
    heights = (scene.dsm - scene.dtm)[None] / 10
    image = torch.from_numpy(np.concatenate([scene.image / 64 - 2, heights]).astype(np.float32))
    with torch.inference_mode():
        scores = network.unary(image[None])  # type: ignore[operator]
        with LiveBytes() as live:
            network.crf(scores, image[None])  # type: ignore[operator]
    return live.peak_mb


def _label(predictor: Predictor, edge_px: int) -> None:
    rng = np.random.default_rng(0)

    def read(window: Window) -> tuple[np.ndarray, np.ndarray]:
        shape = window.height, window.width
        return rng.random((BANDS, *shape), np.float32), np.ones(shape, bool)

    label_scene(
        read,
        lambda *_: None,
        predictor,
        edge_px,
        edge_px,
        tile_size_px=edge_px,
        threads=1,
        with_confidence=True,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.bench.footprint", description=__doc__)
    parser.add_argument("--rows", help="names of the catalog, comma-separated; default: all")
    parser.add_argument("--measure", type=int, default=0, metavar="PX", help="size of a square")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
