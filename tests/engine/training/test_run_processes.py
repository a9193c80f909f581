# SPDX-License-Identifier: GPL-2.0-or-later
"""Two processes of `torchrun` train as one with all the patches does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import torch
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.engine.protocol import job_to_json
from orthoscribe.tests.training_scene import Listener, small_job, write_training_scene

ROOT = Path(__file__).parents[3]
LOOPBACK = {"GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" else {}
# A store that outlives a restart holds addresses of ended processes, for which others may wait.
NEW_STORE = {"TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}
# Neither batch norms, which see their own process only, nor dropout, which is drawn by each.
SUM = {"architecture": "fcn_pool4", "options": ("width=1/16",), "recipe": "paper", "steps": 6}
MEAN = {"architecture": "sherrah_downsampling", "steps": 6, "learning_rate": 0.01}


KILLED_SUM = {**SUM, "steps": 40}


def launch(job_file, port=0, *more):
    # By number and not by name: a computer need not know its own name.
    here = ["--rdzv-backend=c10d", f"--rdzv-endpoint=127.0.0.1:{port}", "--local-addr=127.0.0.1"]
    torchrun = [sys.executable, "-m", "torch.distributed.run", *here, *more]
    return subprocess.Popen(
        [*torchrun, "-m", "engine", "run", str(job_file)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", **LOOPBACK, **NEW_STORE},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def end_all(host):
    """Kill a launcher and its processes, which would wait for each other."""
    if host.poll() is None:
        for each in (*psutil.Process(host.pid).children(recursive=True), host):
            each.kill()


def run_in_two(job, job_file):
    job_file.write_text(job_to_json(job), encoding="utf-8")
    running = launch(job_file, 0, "--nproc_per_node=2")
    try:
        said, _ = running.communicate(timeout=120)
    finally:
        end_all(running)
    assert running.returncode == 0, said
    return said


def run_on_two_hosts(job, job_file, meanwhile):
    """Run a job in one process of each of two launchers, as on two hosts."""
    job_file.write_text(job_to_json(job), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    more = ["--nnodes=2", "--nproc_per_node=1", "--max-restarts=3", "--rdzv-id=training"]
    hosts = [launch(job_file, port, *more) for _ in range(2)]
    try:
        meanwhile(hosts)
        said = [host.communicate(timeout=180)[0] for host in hosts]
    finally:
        for host in hosts:
            end_all(host)
    assert [host.returncode for host in hosts] == [0, 0], said
    return said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wishes", "atol"),
    [
        (SUM, 1e-7),
        # Adam divides a gradient by its size: where that is nearly zero, rounding decides.
        ({**MEAN, "gradient_checkpointing": True, "class_weights": True}, 5e-4),
    ],
    ids=["sum", "mean"],
)
def test_two_processes_train_like_one_with_twice_the_batch(tmp_path, wishes, atol):
    scene = write_training_scene(tmp_path / "scene")
    run_job(small_job(scene, tmp_path / "one", **{**wishes, "batch": 4}), Listener())
    said = run_in_two(small_job(scene, tmp_path / "two", **wishes), tmp_path / "job.json")
    assert said.count("weights.safetensors") == 1  # one of them reports
    alone, together = (load_bundle(tmp_path / name) for name in ("one", "two"))
    assert alone.card.provenance["patches"] == together.card.provenance["patches"]
    theirs = load_network(together).state_dict()
    for name, value in load_network(alone).state_dict().items():
        torch.testing.assert_close(theirs[name], value, rtol=1e-5, atol=atol)
        assert (theirs[name] - value).abs().mean() < 1e-6


@pytest.mark.slow
def test_two_processes_stop_together_when_scores_stop_rising(tmp_path):
    scene = write_training_scene(tmp_path / "scene")
    wishes = {"steps": 40, "validations": 20, "patience": 1, "learning_rate": 1e-9}
    job = small_job(scene, tmp_path / "two", averaging=0.0, **{**MEAN, **wishes})
    run_in_two(job, tmp_path / "job.json")
    assert load_bundle(tmp_path / "two").card.summary.split(" by ")[1] != "40 steps of 4 patches."


@pytest.mark.slow
def test_training_on_two_hosts_goes_on_after_a_process_was_killed(tmp_path):
    scene = write_training_scene(tmp_path / "scene")
    checkpoint = tmp_path / "killed" / "checkpoint.safetensors"

    def kill_one(hosts):
        deadline = time.monotonic() + 90
        while not checkpoint.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        psutil.Process(hosts[1].pid).children()[0].kill()

    undisturbed = small_job(scene, tmp_path / "undisturbed", **KILLED_SUM)
    run_in_two(undisturbed, tmp_path / "undisturbed.json")
    said = run_on_two_hosts(
        small_job(scene, tmp_path / "killed", **KILLED_SUM), tmp_path / "killed.json", kill_one
    )
    assert any("exitcode: -9" in each for each in said)
    assert any("Resuming after step" in each for each in said)
    expected, met = (
        load_network(load_bundle(tmp_path / name)).state_dict()
        for name in ("undisturbed", "killed")
    )
    for name, value in expected.items():
        assert torch.equal(met[name], value)
    assert not checkpoint.exists()
