# SPDX-License-Identifier: GPL-2.0-or-later
"""Processor time and memory of the vector stage against rasterio and GDAL, in turns in one run."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import rasterio

from ...commands import run_job
from ...process.reporter import SilentReporter
from ..benchmark_input import find_or_make_model
from ..memory import ROOT
from ..mosaic import PIECE_PX, PROFILE, repeat, write_mosaic
from ..peak import peak_mb
from .child import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from ...protocol import LabelJob

GDAL = "gdal_polygonize, written"
GDAL_COMMANDS = ("gdal_polygonize.py", "gdal_polygonize")
OURS = "Orthoscribe, simplified, written"
POLL_S = 0.05


class Run(NamedTuple):
    """Time and peak memory of one run.

    Args:
        seconds: processor time, of our methods and rasterio without the start of the process.
        memory_mb: peak resident size.
    """

    seconds: float
    memory_mb: float


def compare_speed(
    folder: Path, sizes_px: list[int], rounds: int, show: Callable[[str], None]
) -> None:
    """Print time and memory of each method on a class raster of each size.

    Args:
        folder: folder of rasters and results.
        sizes_px: sizes of the rasters in pixels.
        rounds: number of rounds for medians.
        show: function that prints a line.
    """
    piece = _label_piece(folder)
    for size_px in sizes_px:
        raster = folder / f"classes-{size_px}.tif"
        if not raster.is_file():
            _repeat_classes(raster, piece, size_px)
        show(f"\nVector stage, {size_px} x {size_px} px")
        show(f"  {'method':38}{'s':>8}{'Mpx/s':>8}{'MB':>8}   time / {OURS}")
        runs = _in_turns(raster, rounds)
        base_s = statistics.median(run.seconds for run in runs[OURS])
        for name, each in runs.items():
            if not each:
                show(f"  {name:38}   skipped: not installed")
                continue
            seconds = statistics.median(run.seconds for run in each)
            peak_mb = max(run.memory_mb for run in each)
            speed = size_px**2 / seconds / 1e6
            show(f"  {name:38}{seconds:8.1f}{speed:8.2f}{peak_mb:8.0f}   {seconds / base_s:.2f}")


def _in_turns(raster: Path, rounds: int) -> dict[str, list[Run]]:
    """Return the runs of each method, all run once per round."""
    runs: dict[str, list[Run]] = {name: [] for name in (*METHODS, GDAL)}
    command = next(filter(None, map(shutil.which, GDAL_COMMANDS)), None)
    for _ in range(rounds):
        for name in METHODS:
            runs[name].append(_run_method(name, raster))
        if command:
            runs[GDAL].append(_run_gdal(command, raster))
    return runs


def _run_method(name: str, raster: Path) -> Run:
    """Run a method in a process of its own."""
    output = _cleared(raster)
    command = [sys.executable, "-m", "engine.bench.vectors.child", name, str(raster), str(output)]

    done = subprocess.run(  # nosec B603 - a list, with the interpreter by its absolute path
        command, cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    seconds, memory_mb = done.stdout.split()
    return Run(float(seconds), float(memory_mb))


def _run_gdal(command: str, raster: Path) -> Run:
    """Run GDAL's command, with the start of its process, and observe its peak memory."""
    output = _cleared(raster)
    output.mkdir()
    arguments = [command, "-q", str(raster), "-f", "GPKG", str(output / "polygons.gpkg")]
    environment = {name: value for name, value in os.environ.items() if "PYTHON" not in name}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(arguments, env=environment) as process:  # nosec B603 - an absolute path
        memory_mb = 0.0
        while process.poll() is None:
            memory_mb = max(memory_mb, peak_mb(process.pid))
            time.sleep(POLL_S)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Run(seconds, memory_mb)


def _cleared(raster: Path) -> Path:
    """Return the folder for results of a raster, which does not exist."""
    output = raster.with_suffix("")
    shutil.rmtree(output, ignore_errors=True)
    return output


def _label_piece(folder: Path) -> np.ndarray:
    """Return the predicted classes of a small town, (1, h, w) uint8."""
    job: LabelJob = write_mosaic(folder / "piece", PIECE_PX, str(find_or_make_model(folder)))
    classes = Path(job.output) / "classes.tif"
    if not classes.is_file():
        run_job(job, SilentReporter())
    with rasterio.open(classes) as opened:
        return opened.read()


def _repeat_classes(path: Path, piece: np.ndarray, size_px: int) -> None:
    """Write a class raster by repeating a piece."""
    repeat(path, piece, size_px, PROFILE | {"nodata": 0})
