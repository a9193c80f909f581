"""A mosaic that workers label while they are killed or stopped, and the scheduler is lost."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psutil
from orthoscribe.engine.bench.scale.tiles import write_tiles
from orthoscribe.tests.dask_processes import (
    done_parts,
    free_address,
    scheduler,
    until,
    worker,
    workers_of,
)
from orthoscribe.tests.survey import ENVIRONMENT, ROOT

COLUMNS, TILE_PX, HEIGHTS_PX = 8, 1000, 2100
WORKERS = 4
STOPPED_S = 5.0
RESULTS = ("classes.tif", "confidence.tif", "polygons.gpkg")


def _command(folder, output, *flags):
    words = ["--image", folder / "image", "--dsm", folder / "dsm", "--model", "light"]
    words += ["--nir-band", 1, "--red-band", 2, "--green-band", 3, "--device", "cpu"]
    words += ["--output", output, "--confidence", output / "confidence.tif", *flags]
    return [sys.executable, "-m", "engine", "label", *map(str, words)]


def _run(folder, output, *flags):
    """Label the mosaic; return the exit code, the messages and the seconds."""
    start_s = time.monotonic()
    command = _command(folder, output, *flags)
    done = subprocess.run(
        command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr, time.monotonic() - start_s


def _differences(output, whole):
    return [
        f"{output.name}: other {name}"
        for name in RESULTS
        if not (output / name).exists()
        or (output / name).read_bytes() != (whole / name).read_bytes()
    ]


def _disturbed(folder, output):
    """Label with a worker killed, one stopped, the scheduler lost and a file broken meanwhile.

    Return the messages and the name of the file.
    """
    address = free_address()
    output.mkdir()
    path = sorted((folder / "image").iterdir())[-1]
    content, stat = path.read_bytes(), path.stat()
    with (folder / "messages.txt").open("w") as said, ExitStack() as opened:
        command = _command(folder, output, "--cluster", address)
        run = subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stderr=said)
        opened.callback(run.kill)
        with scheduler(address), ExitStack() as started:
            workers = [started.enter_context(worker(address)) for _ in range(WORKERS)]
            until(lambda: done_parts(output) >= 1, timeout_s=1200)
            path.write_bytes(content[: len(content) * 2 // 3])
            workers_of(workers[0])[0].send_signal(signal.SIGKILL)
            stopped: psutil.Process = workers_of(workers[1])[0]
            stopped.suspend()
            time.sleep(STOPPED_S)
            stopped.resume()
            until(lambda: done_parts(output) >= 2, timeout_s=1200)
        with scheduler(address), ExitStack() as started:
            for _ in range(WORKERS):
                started.enter_context(worker(address))
            run.wait()
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return (folder / "messages.txt").read_text(encoding="utf-8"), path.name


def label_on_cluster(count):
    """Label so many tiles on clusters; return the number of runs and the faults."""
    faults = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = max(1, count // COLUMNS)
        write_tiles(folder, rows, COLUMNS, TILE_PX, "light", HEIGHTS_PX)
        code, said, whole_s = _run(folder, folder / "whole")
        if code:
            return 0, [said[-200:]]
        # Without a number of threads, which would be another job with another identifier.
        local = ("--cluster", f"local:{WORKERS}")
        code, said, workers_s = _run(folder, folder / "workers", *local)
        faults += [said[-200:]] if code else _differences(folder / "workers", folder / "whole")
        said, broken = _disturbed(folder, folder / "disturbed")
        if f"{broken} is damaged" not in said:
            faults.append(f"the broken file is not named: {said[-300:]}")
        code, said, rest_s = _run(folder, folder / "disturbed", *local)
        faults += [said[-200:]] if code else _differences(folder / "disturbed", folder / "whole")
        images, heights = (len(list((folder / each).iterdir())) for each in ("image", "dsm"))
        sys.stderr.write(
            f"{images} image and {heights} height tiles; {whole_s:.0f} s in one process, "
            f"{workers_s:.0f} s with {WORKERS} workers, {rest_s:.0f} s for the rest\n"
        )
    return 4, faults
