"""A run in several processes has the bytes of a run in one, whatever happens to the processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager

import psutil
import pytest
from orthoscribe.tests.dask_processes import (
    WORKER_FLAGS,
    dask,
    done_parts,
    free_address,
    scheduler,
    until,
    worker,
    workers_of,
)
from orthoscribe.tests.survey import (
    ENVIRONMENT,
    ROOT,
    assert_same_results,
    command,
    label,
)

pytest.importorskip("distributed", reason="make cluster")
pytestmark = pytest.mark.slow

PARTS = 20


@contextmanager
def started(survey, output, *flags):
    """Start a run; its messages go to a file, and nothing of it is left at the end."""
    output.mkdir(exist_ok=True)
    with (output.parent / "messages.txt").open("w") as messages:
        process = subprocess.Popen(
            command(survey, output, *flags), cwd=ROOT, env=ENVIRONMENT, stderr=messages,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def test_two_processes_give_the_bytes_of_one(survey, whole, tmp_path):
    code, messages = label(survey, tmp_path / "out", "--cluster", "local:2")
    assert code == 0, messages
    assert_same_results(tmp_path / "out", whole)
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["inputs"]["image"]["files"] == 6
    assert report["inputs"]["dsm"]["files"] == 2


def test_killed_worker_is_replaced(survey, whole, tmp_path):
    output = tmp_path / "out"
    with started(survey, output, "--cluster", "local:2") as process:
        until(lambda: done_parts(output) >= 2)
        workers_of(process)[0].send_signal(signal.SIGKILL)
        assert process.wait(600) == 0
    assert_same_results(output, whole)


def is_outlining(output):
    parts = output / "label-parts"
    return (parts / "outline.json").exists() and any(parts.glob("unfinished-*"))


def test_workers_killed_while_outlining_are_replaced(survey, whole, tmp_path):
    output = tmp_path / "out"
    with started(survey, output, "--cluster", "local:2") as process:
        until(lambda: is_outlining(output))
        for worker in workers_of(process):
            worker.send_signal(signal.SIGKILL)
        assert not list(output.glob("label-parts/outline-*.done"))
        assert process.wait(600) == 0
    assert_same_results(output, whole)


def test_stopped_worker_goes_on(survey, whole, tmp_path):
    output = tmp_path / "out"
    with started(survey, output, "--cluster", "local:2") as process:
        until(lambda: done_parts(output) >= 2)
        worker = workers_of(process)[0]
        worker.suspend()
        time.sleep(3)
        worker.resume()
        assert process.wait(600) == 0
    assert_same_results(output, whole)


def test_second_start_goes_on_where_the_first_was(survey, whole, tmp_path):
    output = tmp_path / "out"
    with started(survey, output, "--cluster", "local:2") as process:
        until(lambda: done_parts(output) >= 3)
        children = workers_of(process)
        process.kill()
        psutil.wait_procs(children, timeout=60)
        assert not any(child.is_running() for child in children), "workers outlive the engine"
    done = {path: path.stat().st_mtime_ns for path in output.glob("label-parts/label-*.tif")}
    assert not (output / "classes.tif").exists()
    code, messages = label(survey, output, "--cluster", "local:1")
    assert code == 0, messages
    assert f"of {PARTS} parts are done by an earlier run" in messages
    assert len(done) >= 3
    assert_same_results(output, whole)


def test_broken_file_is_named_and_the_rest_is_kept(survey, whole, tmp_path):
    damaged = tmp_path / "survey"
    shutil.copytree(survey, damaged, copy_function=shutil.copy2)
    path = damaged / "images" / "200_400.tif"
    content = bytearray(path.read_bytes())
    output = tmp_path / "out"
    with started(damaged, output, "--cluster", "local:1") as process:
        until(lambda: done_parts(output) >= 1)
        stat = path.stat()
        path.write_bytes(content[:60_000])  # both ends were readable when the run began
        assert process.wait(600) == 1
    messages = (tmp_path / "messages.txt").read_text()
    assert "parts could not be made" in messages
    assert "200_400.tif is damaged" in messages
    kept = done_parts(output)
    assert PARTS // 2 <= kept < PARTS
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    code, messages = label(damaged, output, "--cluster", "local:1")
    assert code == 0, messages
    assert f"{kept} of {PARTS} parts are done" in messages
    for name in ("classes.tif", "confidence.tif"):
        assert (output / name).read_bytes() == (whole / name).read_bytes()


def test_canceled_run_ends_its_workers_and_keeps_its_parts(survey, tmp_path):
    output = tmp_path / "out"
    with started(survey, output, "--cluster", "local:2") as process:
        until(lambda: done_parts(output) >= 2)
        children = workers_of(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        psutil.wait_procs(children, timeout=60)
        assert not any(child.is_running() for child in children)
    assert done_parts(output) >= 2
    assert not (output / "classes.tif").exists()


def test_full_disk_of_one_worker_is_named_and_the_rest_is_kept(survey, tmp_path):
    address, output = free_address(), tmp_path / "out"
    flags = ("--cluster", address, "--heights", "ndsm")  # no ground, whose only part could fail
    with scheduler(address), worker(address):
        with dask("worker", address, *WORKER_FLAGS, "--no-nanny", limited=True):
            time.sleep(5)  # it is connected before the run begins
            code, messages = label(survey, output, *flags)
        assert code == 1
        assert "cannot be written (blocks are missing from the file)" in messages
        kept = done_parts(output)
        assert 0 < kept < PARTS
        code, messages = label(survey, output, *flags)
    assert code == 0, messages
    assert f"{kept} of {PARTS} parts are done" in messages


def test_lost_scheduler_comes_back(survey, whole, tmp_path):
    address, output = free_address(), tmp_path / "out"
    with started(survey, output, "--cluster", address) as process:
        with scheduler(address), worker(address):
            until(lambda: done_parts(output) >= 3)
        with scheduler(address), worker(address):
            assert process.wait(600) == 0, (tmp_path / "messages.txt").read_text()
    assert_same_results(output, whole)


def test_missing_scheduler_is_named(survey, tmp_path):
    address = free_address()
    code, messages = label(survey, tmp_path / "out", "--cluster", address)
    assert code == 1
    assert f"No scheduler answers at {address}" in messages


def test_worker_without_the_engine_is_named(survey, tmp_path):
    address = free_address()
    with scheduler(address), worker(address, PYTHONPATH="", cwd=str(tmp_path)):
        code, messages = label(survey, tmp_path / "out", "--cluster", address)
    assert code == 1
    assert "does not find Orthoscribe's engine" in messages


def test_worker_with_another_version_is_named(survey, tmp_path):
    address = free_address()
    site = tmp_path / "site"
    (site / "numpy-1.0.dist-info").mkdir(parents=True)
    (site / "numpy-1.0.dist-info" / "METADATA").write_text("Name: numpy\nVersion: 1.0\n")
    with scheduler(address), worker(address, PYTHONPATH=f"{site}:{ROOT}"):
        code, messages = label(survey, tmp_path / "out", "--cluster", address)
    assert code == 1
    assert "numpy 1.0 instead of" in messages
    assert "install the same version" in messages


def test_other_run_in_the_folder_is_refused(survey, tmp_path):
    output = tmp_path / "out"
    with started(survey, output, "--cluster", "local:1"):
        until(lambda: done_parts(output) >= 1)
        code, messages = label(survey, output, "--cluster", "local:1")
    assert code == 1
    assert "Another run is working in" in messages
