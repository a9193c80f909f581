# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench`: measure speed and memory on this machine and print tables.

All measurements are interleaved in one run on one machine, so that ratios are meaningful even under
load. Methods that are not installed are reported as skipped.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from ..commands.label import run
from ..labeling.predictor import Predictor
from ..process.device import describe_device
from ..process.reporter import SilentReporter
from .benchmark_input import find_or_make_model, load_input
from .contenders import CONTENDERS, is_installed, label_in_memory
from .memory import memory_of
from .mosaic import write_mosaic

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from ..protocol import LabelJob
    from .benchmark_input import BenchmarkInput


def main() -> None:
    """Run all measurements."""
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="orthoscribe-bench-") as name:
        folder = Path(name)
        model = find_or_make_model(folder)
        _print(f"{describe_device(torch.device('cpu'))}, torch {torch.__version__}, {model.name}")
        job = write_mosaic(folder / "speed", given.size_px, str(model))
        loaded = load_input(job, folder / "scratch")
        compare_speed(job, loaded, given.rounds)
        compare_contenders(loaded.crop(given.contest_px), given.rounds)
        del loaded
        compare_memory(folder, str(model), given.memory_px)


def compare_speed(job: LabelJob, loaded: BenchmarkInput, rounds: int) -> None:
    """Print the speed from files to files, that of the network alone, and their ratio."""
    predictor = Predictor.from_card(loaded.card, loaded.network, torch.device("cpu"))
    label_in_memory(loaded.crop(1024), predictor)  # warm-up
    seconds = _in_turns(
        rounds,
        {
            "files to files": lambda: run(job, SilentReporter()),
            "network alone": lambda: label_in_memory(loaded, predictor),
        },
    )
    height, width = loaded.valid.shape
    _print(f"\nSpeed, {height} x {width} px")
    for name, spent in seconds.items():
        _print(f"  {name:32}{loaded.valid.size / spent / 1e6:10.2f} Mpx/s")
    ratio = seconds["network alone"] / seconds["files to files"]
    _print(f"  {'files / network':32}{ratio:10.2f}         goal: at least 0.85")


def compare_contenders(loaded: BenchmarkInput, rounds: int) -> None:
    """Print speed and number of differing labels of all methods, from memory to memory."""
    present = {name: each for name, each in CONTENDERS.items() if is_installed(name)}
    codes: dict[str, np.ndarray] = {}

    def keep(name: str) -> Callable[[], None]:
        return lambda: codes.update({name: present[name](loaded)})

    seconds = _in_turns(rounds, {name: keep(name) for name in present})
    height, width = loaded.valid.shape
    _print(f"\nMethods, {height} x {width} px, labels that differ from those of the whole image")
    for name in CONTENDERS:
        if name not in present:
            _print(f"  {name:32}   skipped: not installed")
            continue
        wrong = int((codes[name] != codes["whole image, eager"]).sum())
        _print(f"  {name:32}{loaded.valid.size / seconds[name] / 1e6:10.2f} Mpx/s {wrong:10} px")


def compare_memory(folder: Path, model: str, sizes_px: list[int]) -> None:
    """Print the peak memory of jobs of several sizes, each in a separate process."""
    _print("\nPeak memory, files to files")
    peaks = []
    for size_px in sizes_px:
        job = write_mosaic(folder / f"memory-{size_px}", size_px, model)
        used = memory_of(job)
        peaks.append(used.peak_mb)
        _print(
            f"  {f'{size_px} x {size_px} px':32}{peaks[-1]:10.0f} MB"
            f"{used.ratio:10.2f} of the estimate for labeling"
        )
    _print(
        f"  {'largest / smallest scene':32}{peaks[-1] / peaks[0]:10.2f}         goal: at most 1.3"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m engine.bench", description=__doc__)
    parser.add_argument("--size-px", type=int, default=3072, help="size of the scene for speed")
    parser.add_argument(
        "--contest-px", type=int, default=1024, help="size of the scene to compare methods"
    )
    parser.add_argument("--memory-px", type=int, nargs="+", default=[2000, 12000])
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds for medians")
    return parser.parse_args()


def _in_turns(rounds: int, tasks: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median seconds of each task, all run once per round."""
    spent: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            start = time.perf_counter()
            task()
            spent[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in spent.items()}


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
