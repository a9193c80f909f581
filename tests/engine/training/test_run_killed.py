# SPDX-License-Identifier: GPL-2.0-or-later
"""A training whose process is killed goes on to the very weights of one that was not."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.outputs.report import sha256_of
from orthoscribe.engine.protocol import job_to_json
from orthoscribe.tests.training_scene import Listener, small_job, write_training_scene

ROOT = Path(__file__).parents[3]
PATIENCE_S = 120.0


def where(checkpoint):
    """Return stage and step of a checkpoint, or None where there is none yet."""
    if not checkpoint.exists():
        return None
    content = checkpoint.read_bytes()  # at once: the next one may take its place any time
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    position = json.loads(header["__metadata__"]["orthoscribe"])["position"]
    return position["stage"], position["step"]


def kill_when_beyond(place, job_file, checkpoint):
    """Run a job in a process of its own, and kill it once its checkpoint is beyond a place."""
    command = [sys.executable, "-m", "engine", "run", str(job_file)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    end_s = time.monotonic() + PATIENCE_S
    while (where(checkpoint) or (0, 0)) < place:
        assert process.poll() is None, process.stderr.read().decode()
        assert time.monotonic() < end_s
        time.sleep(0.002)
    process.kill()
    process.communicate()
    assert process.returncode < 0


@pytest.mark.slow
def test_killed_training_ends_with_the_weights_of_an_uninterrupted_one(tmp_path):
    scene = write_training_scene(tmp_path / "scene")
    wishes = {"recipe": "paper", "steps": 160, "averaging": 0.9, "patience": 30, "validations": 12}
    run_job(small_job(scene, tmp_path / "whole", **wishes), Listener())
    job = small_job(scene, tmp_path / "parts", **wishes)
    job_file, checkpoint = tmp_path / "job.json", tmp_path / "parts" / "checkpoint.safetensors"
    job_file.write_text(job_to_json(job), encoding="utf-8")
    for place in ((0, 15), (1, 5)):
        kill_when_beyond(place, job_file, checkpoint)
        assert not (tmp_path / "parts" / "model.json").exists()
        assert where(checkpoint) < (1, 64)
    run_job(job, Listener())
    whole, parts = (tmp_path / name / "weights.safetensors" for name in ("whole", "parts"))
    assert sha256_of(whole) == sha256_of(parts)
    hidden = [path for path in (tmp_path / "parts").iterdir() if path.name.startswith(".")]
    assert not hidden
    curves = [(tmp_path / name / "logs" / "curve.csv").read_bytes() for name in ("whole", "parts")]
    assert curves[0] == curves[1]
