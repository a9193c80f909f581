# SPDX-License-Identifier: GPL-2.0-or-later
"""A fine-tuning whose process is killed goes on to the very weights of one that was not."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.outputs.report import sha256_of
from orthoscribe.engine.protocol import job_to_json
from orthoscribe.tests.drawn_scene import save_start_model, small_finetuning, write_drawn_scene
from orthoscribe.tests.killing import PATIENCE_S, ROOT, kill_when, record_in
from orthoscribe.tests.training_scene import Listener


def steps_in(checkpoint):
    """Return the number of steps of a checkpoint, 0 where there is none yet."""
    record = record_in(checkpoint)
    return record["progress"]["done"] if record else 0


@pytest.mark.slow
def test_killed_fine_tuning_ends_with_the_weights_of_an_uninterrupted_one(tmp_path):
    scene, start = write_drawn_scene(tmp_path / "scene"), save_start_model(tmp_path / "start")
    wishes = {"steps": 20, "fold_steps": 10}
    run_job(small_finetuning(scene, start, tmp_path / "whole", **wishes), Listener())
    job = small_finetuning(scene, start, tmp_path / "parts", **wishes)
    job_file, checkpoint = tmp_path / "job.json", tmp_path / "parts" / "checkpoint.safetensors"
    job_file.write_text(job_to_json(job), encoding="utf-8")
    for steps in (14, 25):  # in a fold, and in the last training
        kill_when(lambda steps=steps: steps_in(checkpoint) >= steps, job_file)
        assert not (tmp_path / "parts" / "model.json").exists()
    run_job(job, Listener())
    whole, parts = (tmp_path / name / "weights.safetensors" for name in ("whole", "parts"))
    assert sha256_of(whole) == sha256_of(parts)
    assert not [path for path in (tmp_path / "parts").iterdir() if path.name.startswith(".")]


def test_full_disk_is_one_sentence_and_leaves_no_model(tmp_path):
    scene, start = write_drawn_scene(tmp_path / "scene"), save_start_model(tmp_path / "start")
    job_file = tmp_path / "job.json"
    job = small_finetuning(scene, start, tmp_path / "model")
    job_file.write_text(job_to_json(job), encoding="utf-8")

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [sys.executable, "-m", "engine", "run", str(job_file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=limit,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    error = done.stderr.splitlines()[-1]
    assert error.startswith("error: ")
    assert "choose another output folder" in error
    assert not [path.name for path in tmp_path.glob("model/*") if path.suffix != ".safetensors"]
