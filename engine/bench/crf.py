# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench.crf`: accuracy of the fast CRFs compared with the exact one, and cost.

The exact CRF sums over all pairs of pixels. The images consist of uniformly colored regions with
noise of several strengths; the scores are noise plus a weak signal of the truth.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ..architectures.crf import PRESETS, CrfRnn, CrfSettings, DenseCrf, LocalCrf
from ..architectures.crf.settings import BAND_SCALE

EDGE_PX = 64  # 4096 pixels have 16 million pairs
NOISES = (1, 3, 6, 12, 30)  # standard deviation in each band, in gray levels
CONTRAST = 120  # gray levels between the darkest and the brightest region
SIZES_PX = (256, 512, 1024)
BANDS = 4
CLASSES = 6
REGIONS = 12
ROOT = Path(__file__).parents[2]
CRFS = {
    "local": LocalCrf(CLASSES),
    "dense, plain": DenseCrf(CLASSES, bridges=False),
    "dense, bridges": DenseCrf(CLASSES),
    "rnn": CrfRnn(CLASSES).eval().requires_grad_(False),
}


class CrfScene(NamedTuple):
    """Small noisy image with simulated scores of a network.

    Args:
        image: normalized image, (1, bands, H, W).
        scores: simulated scores, (1, classes, H, W).
        truth: class indices, (H, W) int64.
    """

    image: Tensor
    scores: Tensor
    truth: Tensor


def main() -> None:
    """Print both tables or, for `CRF SIZE NOISE` on the command line, one measurement."""
    if len(sys.argv) > 1:
        measure_cost(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
        return
    torch.set_num_threads(1)
    _print(f"Against all pairs, {EDGE_PX} x {EDGE_PX} px, {BANDS} bands, {CLASSES} classes")
    for name, settings in PRESETS.items():
        compare_exactness(name, settings)
    compare_cost()


def compare_exactness(name: str, settings: CrfSettings) -> None:
    """Print the errors of Q and the labels of the lattice and local CRFs."""
    _print(f"\n{name}\n{'noise':>6}  {'crf':16} {'max |dQ|':>9} {'mean |dQ|':>9} {'labels':>8}")
    crfs = {
        "dense, plain": DenseCrf(CLASSES, settings, bridges=False),
        "dense, bridges": DenseCrf(CLASSES, settings),
        "local": LocalCrf(CLASSES),
    }
    for noise in NOISES:
        scene = draw(EDGE_PX, noise)
        exact = DenseCrf(CLASSES, settings, brute_force=True)(scene.scores, scene.image)
        for crf_name, crf in crfs.items():
            found = crf(scene.scores, scene.image)
            wrong = (found.exp() - exact.exp()).abs()
            labels = (found.argmax(1) != exact.argmax(1)).double().mean()
            _print(
                f"{noise:6}  {crf_name:16} {wrong.max():9.3f} {wrong.mean():9.5f} "
                f"{100 * labels:7.2f}%"
            )


def compare_cost() -> None:
    """Print CPU seconds and peak memory, each measured in a separate process (Linux)."""
    _print(f"\n{'size':>6} {'noise':>6}  {'crf':16} {'CPU s':>8} {'peak MB':>8} {'correct':>8}")
    for size_px in SIZES_PX:
        for noise in (6, 30):
            for name in CRFS:
                command = [sys.executable, "-m", "engine.bench.crf", name, str(size_px), str(noise)]
                done = subprocess.run(  # nosec B603 - a list, with the interpreter's own path
                    command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
                )
                seconds, peak_mb, right = (float(word) for word in done.stdout.split())
                _print(
                    f"{size_px:6} {noise:6}  {name:16} {seconds:8.2f} {peak_mb:8.0f} "
                    f"{100 * right:7.2f}%"
                )


def measure_cost(name: str, size_px: int, noise: float) -> None:
    """Print CPU seconds, peak memory in MB and share of correct labels of one CRF."""
    scene = draw(size_px, noise)
    crf = CRFS[name]
    before_mb = _largest_mb()
    start = time.process_time()
    found = crf(scene.scores, scene.image)
    seconds = time.process_time() - start
    right = (found.argmax(1) == scene.truth).double().mean()
    _print(f"{seconds} {_largest_mb() - before_mb} {right}")


def draw(edge_px: int, noise: float) -> CrfScene:
    """Return a deterministic scene of Voronoi regions around random sites."""
    generator = torch.Generator().manual_seed(2011)
    axis = torch.arange(edge_px, dtype=torch.float32)
    sites = torch.rand(REGIONS, 2, generator=generator) * edge_px
    region = torch.cdist(torch.cartesian_prod(axis, axis), sites).argmin(1).view(edge_px, edge_px)
    classes = torch.randint(CLASSES, (REGIONS,), generator=generator)
    levels = torch.rand(REGIONS, BANDS, generator=generator)[region] * CONTRAST  # (H, W, bands)
    grain = torch.randn(edge_px, edge_px, BANDS, generator=generator) * noise
    truth = classes[region]
    scores = torch.randn(edge_px, edge_px, CLASSES, generator=generator)
    scores = scores + functional.one_hot(truth, CLASSES)
    image = (levels + grain) / BAND_SCALE
    return CrfScene(image.permute(2, 0, 1)[None], scores.permute(2, 0, 1)[None], truth)


def _largest_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
