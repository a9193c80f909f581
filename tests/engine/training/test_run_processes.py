# SPDX-License-Identifier: GPL-2.0-or-later
"""Two processes of `torchrun` train as one with all the patches does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.models.bundle import load_bundle, load_network
from orthoscribe.engine.protocol import job_to_json
from orthoscribe.tests.training_scene import Listener, small_job, write_training_scene

ROOT = Path(__file__).parents[3]
LOOPBACK = {"GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" else {}
# Neither batch norms, which see their own process only, nor dropout, which is drawn by each.
SUM = {"architecture": "fcn_pool4", "options": ("width=1/16",), "recipe": "paper", "steps": 6}
MEAN = {"architecture": "sherrah_downsampling", "steps": 6, "learning_rate": 0.01}


def run_in_two(job, job_file):
    job_file.write_text(job_to_json(job), encoding="utf-8")
    # By number and not by name: a computer need not know its own name.
    here = ["--rdzv-backend=c10d", "--rdzv-endpoint=127.0.0.1:0", "--local-addr=127.0.0.1"]
    launch = [sys.executable, "-m", "torch.distributed.run", *here, "--nproc_per_node=2"]
    return subprocess.run(
        [*launch, "-m", "engine", "run", str(job_file)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", **LOOPBACK},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


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
    done = run_in_two(small_job(scene, tmp_path / "two", **wishes), tmp_path / "job.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("weights.safetensors") == 1  # one of them reports
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
    done = run_in_two(job, tmp_path / "job.json")
    assert done.returncode == 0, done.stderr
    assert load_bundle(tmp_path / "two").card.summary.split(" by ")[1] != "40 steps of 4 patches."
