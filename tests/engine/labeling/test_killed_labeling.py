"""A labeling whose process is killed goes on to the very results of one that was not."""

import random

import pytest

pytest.importorskip("torch")

from orthoscribe.engine.commands import run_job
from orthoscribe.engine.labeling.label_journal import GOES_ON
from orthoscribe.engine.protocol import job_to_json, unfinished_folder
from orthoscribe.tests.killing import kill_when
from orthoscribe.tests.label_runs import Listener, label_job, results_in, write_label_scene

KILLS = 3
BLOCKS = 81  # of the scene, in tiles of 32 px


@pytest.mark.slow
def test_killed_labeling_ends_with_the_results_of_an_uninterrupted_one(tmp_path):
    scene = write_label_scene(tmp_path / "scene", 288)
    run_job(label_job(scene, tmp_path / "whole"), Listener())
    job = label_job(scene, tmp_path / "out")
    job_file = tmp_path / "job.json"
    job_file.write_text(job_to_json(job), encoding="utf-8")
    blocks = unfinished_folder(job.output) / "blocks"
    whole_bytes = BLOCKS * 32 * 32  # about, as confidence takes a byte for each pixel
    for part in sorted(random.Random(5).sample(range(5, 90), KILLS)):
        wanted = whole_bytes * part // 100
        kill_when(
            lambda wanted=wanted: blocks.exists() and blocks.stat().st_size >= wanted, job_file
        )
        assert not (tmp_path / "out" / "classes.tif").exists()
    listener = Listener()
    run_job(job, listener)
    assert any(each.startswith(GOES_ON.split("{")[0]) for each in listener.said)
    assert results_in(tmp_path / "out") == results_in(tmp_path / "whole")
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]
