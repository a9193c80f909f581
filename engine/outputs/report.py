# SPDX-License-Identifier: GPL-2.0-or-later
"""Job file and report of a job.

Next to its results a job writes `job.json`, from which it can be run again, and `report.json` with
results, timings, device, versions and the hashes of all inputs, so that the origin of a result is
documented. The order of the keys is fixed.
"""

from __future__ import annotations

import platform
import time
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rasterio

from .. import __version__
from ..process.memory import peak_gpu_memory_mb, peak_memory_mb
from ..protocol import file_behind, indented_json, job_to_json
from .destination import destination_error
from .earlier_results import sha256_of
from .paths import with_absolute_paths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..protocol import Job

RUN_ID_DIGITS = 12
_PACKAGES = ("torch", "numpy", "rasterio", "shapely", "pyogrio")


class Stopwatch:
    """Measures the durations of the stages of a job.

    >>> stopwatch = Stopwatch()
    >>> with stopwatch.stage("trace"):
    ...     pass
    >>> list(stopwatch.seconds())
    ['trace', 'total']
    """

    def __init__(self) -> None:
        """Start measuring the total."""
        self._start_s = time.monotonic()
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the duration of the block to the stage `name`."""
        start_s = time.monotonic()
        try:
            yield
        finally:
            taken_s = time.monotonic() - start_s
            self._stages[name] = self._stages.get(name, 0.0) + taken_s

    def seconds(self) -> dict[str, float]:
        """Return the duration of each stage in seconds, in order, and that so far as `total`."""
        total = {"total": time.monotonic() - self._start_s}
        return {name: round(taken_s, 3) for name, taken_s in {**self._stages, **total}.items()}


def compose_report(
    job: Job,
    results: Mapping[str, Any],
    *,
    device: str,
    read: Mapping[str, str | Path] | None = None,
    inputs: Mapping[str, Any] | None = None,
    mosaics: Mapping[str, Any] | None = None,
    stopwatch: Stopwatch,
) -> dict[str, Any]:
    """Return the content of a `report.json`.

    Args:
        job: job that was run.
        results: results by name, as JSON values.
        device: description of the device.
        read: paths of the inputs, by role: `image`, `dsm`, `weights`, ...
        inputs: descriptions of the inputs, by role, if available; then `read` is ignored.
        mosaics: descriptions of those inputs that are many files, by role.
        stopwatch: stopwatch of the job; a stage for the hashes is added if they are computed.
    """
    if inputs is None:
        with stopwatch.stage("hashing"):
            described = dict(mosaics or {})
            given = {role: path for role, path in (read or {}).items() if str(path)}
            inputs = {
                role: described.get(role) or describe_file(path) for role, path in given.items()
            }
    return {
        "kind": job.kind,
        "run_id": run_id_of(job),
        **results,
        "seconds": stopwatch.seconds(),
        "device": device,
        "peak_memory_mb": peak_memory_mb(),
        "peak_gpu_memory_mb": peak_gpu_memory_mb(),
        "versions": versions(),
        "inputs": inputs,
    }


def run_id_of(job: Job) -> str:
    """Return a short identifier of a job, the same wherever it runs and its results are written."""
    names = ("output", "cluster", *getattr(job, "written", ()))
    places: dict[str, Any] = {name: "" for name in names if hasattr(job, name)}
    text = job_to_json(with_absolute_paths(replace(job, **places)))
    return sha256(text.encode()).hexdigest()[:RUN_ID_DIGITS]


def versions() -> dict[str, str]:
    """Return the versions of all software that can change a result, by name."""
    found = {"engine": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {**found, "gdal": rasterio.__gdal_version__}


def describe_file(
    path: str | Path, raise_if_stopped: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Return path, size and SHA-256 of a file; both None if only GDAL can open it.

    Args:
        path: path of the file.
        raise_if_stopped: callback before each block is read; may raise to stop.
    """
    file = Path(file_behind(str(path)))
    if not file.is_file():
        return {"path": str(path), "bytes": None, "sha256": None}
    size = file.stat().st_size
    return {"path": str(path), "bytes": size, "sha256": sha256_of(file, raise_if_stopped)}


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write a `report.json`.

    Raises:
        OutputError: if the file cannot be written.
    """
    _write(path, indented_json(report))


def write_job(path: Path, job: Job) -> None:
    """Write a `job.json` from which the job can be run again in any folder.

    Raises:
        OutputError: if the file cannot be written.
    """
    _write(path, job_to_json(with_absolute_paths(job)))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise destination_error(path, error) from error
