"""Schedulers and workers of Dask as processes of their own, and runs of a label job on them."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
from orthoscribe.tests.survey import ENVIRONMENT, ROOT

WORKER_FLAGS = ("--nthreads", "1", "--no-dashboard", "--local-directory", "/tmp")


def until(is_true, timeout_s=400.0):
    """Wait until a function returns true."""
    end_s = time.monotonic() + timeout_s
    while not is_true():
        assert time.monotonic() < end_s, "it takes too long"
        time.sleep(0.05)


def done_parts(output):
    """Return the number of parts that are labeled."""
    return len(list(output.glob("label-parts/label-*.done")))


def workers_of(process):
    """Return the workers below a process."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if child.num_threads() > 3]


def limit_files():
    """Let no file grow beyond 100 kB, as on a disk that is full; a part needs 260 kB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))


@contextmanager
def dask(*words, environment=None, limited=False):
    folder = (environment or {}).pop("cwd", str(ROOT))
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words], cwd=folder,
        env={**ENVIRONMENT, **(environment or {})},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=limit_files if limited else None,  # noqa: PLW1509 (no other thread runs here)
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def free_address():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{found.getsockname()[1]}"


def scheduler(address):
    port = address.rpartition(":")[2]
    return dask("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")


def worker(address, **environment):
    return dask("worker", address, *WORKER_FLAGS, environment=environment)
