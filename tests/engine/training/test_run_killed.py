# SPDX-License-Identifier: GPL-2.0-or-later
"""A training whose process is killed goes on to the very weights of one that was not."""

from __future__ import annotations

import pytest
from orthoscribe.engine.commands import run_job
from orthoscribe.engine.outputs.report import sha256_of
from orthoscribe.engine.protocol import job_to_json
from orthoscribe.tests.killing import kill_when, record_in
from orthoscribe.tests.training_scene import Listener, small_job, write_training_scene


def where(checkpoint):
    """Return stage and step of a checkpoint, before the first one where there is none yet."""
    record = record_in(checkpoint)
    return (record["position"]["stage"], record["position"]["step"]) if record else (0, 0)


@pytest.mark.slow
def test_killed_training_ends_with_the_weights_of_an_uninterrupted_one(tmp_path):
    scene = write_training_scene(tmp_path / "scene")
    wishes = {"recipe": "paper", "steps": 160, "averaging": 0.9, "patience": 30, "validations": 12}
    run_job(small_job(scene, tmp_path / "whole", **wishes), Listener())
    job = small_job(scene, tmp_path / "parts", **wishes)
    job_file, checkpoint = tmp_path / "job.json", tmp_path / "parts" / "checkpoint.safetensors"
    job_file.write_text(job_to_json(job), encoding="utf-8")
    for place in ((0, 15), (1, 5)):
        kill_when(lambda place=place: where(checkpoint) >= place, job_file)
        assert not (tmp_path / "parts" / "model.json").exists()
        assert where(checkpoint) < (1, 64)
    run_job(job, Listener())
    whole, parts = (tmp_path / name / "weights.safetensors" for name in ("whole", "parts"))
    assert sha256_of(whole) == sha256_of(parts)
    hidden = [path for path in (tmp_path / "parts").iterdir() if path.name.startswith(".")]
    assert not hidden
    curves = [(tmp_path / name / "logs" / "curve.csv").read_bytes() for name in ("whole", "parts")]
    assert curves[0] == curves[1]
