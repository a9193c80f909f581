# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory footprints of labeling, for architectures of the catalog.

`python -m engine.bench.footprint --rows frrn_a,frrn_b` prints lines of the table in
`engine.labeling.footprints`. Networks of four bands and six classes are folded and label square
windows with confidence, as shapes without numbers, so that it takes seconds. Only dense CRFs are
computed, on a generated scene.

`--measure 384` compares the estimate of the memory check with jobs instead: each network labels
three tiles of that size side by side, on one thread of a CPU, in a process of its own (Linux).
While the first is computed, the second waits and the third is read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..architectures import build
from ..architectures.crf.with_crf import WithCrf
from ..architectures.folding import Folded
from ..architectures.uninitialized import shapes_alone
from ..commands import run_job
from ..labeling.footprints import EDGES_PX
from ..labeling.predictor import Predictor
from ..process.reporter import SilentReporter
from ..protocol import CATALOG, LabelJob, SceneJob, row_named
from ..synthetic import make_scene
from .benchmark_input import save_random_model
from .memory import memory_of
from .tensor_memory import TensorMemory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch import nn

BANDS = 4
CODES = (1, 2, 3, 4, 5, 6)
CRF_PX = 256  # edge of the computed square; a dense CRF grows with the number of pixels
TILES = 3
SEED, GSD_M = 404, 0.1


def main() -> None:
    """Compute or measure the footprints of the architectures on the command line, or of all."""
    given = _arguments()
    names = given.rows.split(",") if given.rows else [row.name for row in CATALOG]
    lines = _measured_lines(names, given.measure) if given.measure else _table_lines(names)
    for line in lines:
        sys.stdout.write(f"{line}\n")
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


def _table_lines(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        numbers = ", ".join(f"{mb:.0f}" for mb in computed_footprints_mb(name))
        yield f'    "{name}": ({numbers}),'


def _measured_lines(names: Iterable[str], edge_px: int) -> Iterator[str]:
    """Yield what jobs added to their process, what the memory check told, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        scene = Path(folder) / "scene"
        wide = SceneJob(str(scene), SEED, edge_px, width_px=TILES * edge_px, gsd_m=GSD_M)
        run_job(wide, SilentReporter())
        yield f"{'architecture':26}{'measured MB':>12}{'told MB':>9}{'ratio':>7}"
        for name in names:
            with tempfile.TemporaryDirectory() as scratch:
                used = memory_of(_job(name, scene, Path(scratch), edge_px))
            yield f"{name:26}{used.added_mb:12.0f}{used.told_mb:9.0f}{used.ratio:7.2f}"


def _job(name: str, scene: Path, folder: Path, edge_px: int) -> LabelJob:
    """Return a job that labels a scene in tiles, by a network with random weights."""
    return LabelJob(
        image=str(scene / "image.tif"),
        dsm=str(scene / "dsm.tif"),
        model=str(save_random_model(folder / "model", name)),
        output=str(folder / "out"),
        device="cpu",
        threads=1,
        tile_size_px=edge_px,
        draw_polygons=False,
    )


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
    # In inference mode, max pooling does not show the indices that it computes.
    with torch.no_grad(), TensorMemory(weights) as used:
        image = torch.empty((1, BANDS, edge_px, edge_px), device="meta")
        copy = image.contiguous(memory_format=torch.channels_last)
        predictor.labels_of(network(copy, core))
    return used.peak_mb


def _crf_mb(name: str) -> float:
    """Return the memory of the dense CRF of an architecture on a square of `CRF_PX`."""
    network = build(name, BANDS, len(CODES), {"width": "1/16"}).eval()
    scene = make_scene(SEED, CRF_PX, GSD_M)
    heights = (scene.dsm - scene.dtm)[None] / 10
    image = torch.from_numpy(np.concatenate([scene.image / 64 - 2, heights]).astype(np.float32))
    with torch.inference_mode():
        scores = network.unary(image[None])  # type: ignore[operator]
        with TensorMemory() as used:
            network.crf(scores, image[None])  # type: ignore[operator]
    return used.peak_mb


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.bench.footprint", description=__doc__)
    parser.add_argument("--rows", help="names of the catalog, comma-separated; default: all")
    parser.add_argument("--measure", type=int, default=0, metavar="PX", help="size of a tile")
    return parser.parse_args()


if __name__ == "__main__":
    main()
