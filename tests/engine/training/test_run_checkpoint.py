# SPDX-License-Identifier: GPL-2.0-or-later
import errno
import json
import os
from dataclasses import replace

import pytest
import safetensors.torch
import torch
from orthoscribe.engine.outputs.destination import destination_error
from orthoscribe.engine.protocol import JobError, TrainJob
from orthoscribe.engine.training.saved_state import HEADER
from orthoscribe.engine.training.trainer.checkpoint import (
    HELD_OUT,
    HELD_OUT_SIDES,
    TUNING,
    CheckpointFile,
)
from orthoscribe.engine.training.trainer.progress import RunProgress
from safetensors import SafetensorError


@pytest.fixture
def job(tmp_path):
    return TrainJob(
        output=str(tmp_path), image="image.tif", labels="labels.tif", architecture="maggiori_fcn"
    )


def refuse(warning):
    """Fail at the warning that a checkpoint is not resumed."""
    raise AssertionError(warning)


def save_earlier(file, held_out=None):
    """Save a checkpoint as versions did that held out a side."""
    file.save(RunProgress(), {"weights": torch.zeros(2)})
    with safetensors.safe_open(file.path, "pt") as opened:
        header = json.loads(opened.metadata()[HEADER])
    for name in (HELD_OUT, TUNING):
        del header["job"][name]
    if held_out is not None:
        header["job"][HELD_OUT_SIDES] = held_out
    safetensors.torch.save_file(
        {"weights": torch.zeros(2)}, file.path, {HEADER: json.dumps(header)}
    )


def test_checkpoint_gives_back_what_was_saved(job, tmp_path):
    CheckpointFile(tmp_path, job).save(RunProgress(step=3), {"weights": torch.arange(4.0)})
    found = CheckpointFile(tmp_path, replace(job, threads=7)).load(refuse)
    assert found.progress == RunProgress(step=3)
    torch.testing.assert_close(found.tensors["weights"], torch.arange(4.0))


def test_checkpoint_of_another_job_is_refused_by_what_differs(job, tmp_path):
    CheckpointFile(tmp_path, job).save(RunProgress(), {"weights": torch.zeros(2)})
    with pytest.raises(JobError, match=r"other values of label_values, seed:"):
        CheckpointFile(tmp_path, replace(job, seed=9, label_values=("5=tree",))).load(refuse)


def test_checkpoint_of_before_a_field_came_is_gone_on_with(job, tmp_path):
    file = CheckpointFile(tmp_path, job)
    file.save(RunProgress(), {"weights": torch.zeros(2)})
    with safetensors.safe_open(file.path, "pt") as opened:
        header = json.loads(opened.metadata()[HEADER])
    del header["job"]["label_values"]
    metadata = {HEADER: json.dumps(header)}
    safetensors.torch.save_file({"weights": torch.zeros(2)}, file.path, metadata)
    assert file.load(refuse) is not None
    with pytest.raises(JobError, match="other values of label_values:"):
        CheckpointFile(tmp_path, replace(job, label_values=("5=tree",))).load(refuse)


@pytest.mark.parametrize("saved", [["left"], None])
def test_checkpoint_of_an_earlier_version_is_resumed_where_the_side_is_the_same(
    job, tmp_path, saved
):
    side = saved or ["right"]  # the only side of the first versions, which did not save it
    file = CheckpointFile(tmp_path, job, held_out=side)
    save_earlier(file, saved)
    assert file.load(refuse) is not None


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"held_out": ["blocks 0+0+64x64"]}, "other held-out pixels: training starts over"),
        ({"held_out": ["right"], "is_tuning": True}, "other steps: training starts over"),
    ],
)
def test_checkpoint_of_an_earlier_version_that_chose_otherwise_starts_over(
    job, tmp_path, choices, words
):
    save_earlier(CheckpointFile(tmp_path, job), ["right"])
    warnings = []
    assert CheckpointFile(tmp_path, job, **choices).load(warnings.append) is None
    assert len(warnings) == 1
    assert words in warnings[0]
    with pytest.raises(JobError, match="other values of seed"):
        CheckpointFile(tmp_path, replace(job, seed=9), **choices).load(refuse)


def test_checkpoint_with_other_blocks_is_refused(job, tmp_path):
    saved = CheckpointFile(tmp_path, job, held_out=["blocks 0+0+64x64"])
    saved.save(RunProgress(), {"weights": torch.zeros(2)})
    with pytest.raises(JobError, match="which part is held out"):
        CheckpointFile(tmp_path, job, held_out=["blocks 0+64+64x64"]).load(refuse)


@pytest.mark.skipif(os.name != "posix", reason="the numbers are those of POSIX")
def test_full_disk_is_named_where_only_the_text_has_the_number(tmp_path):
    text = f"I/O error: {os.strerror(errno.ENOSPC)} (os error {errno.ENOSPC})"
    error = destination_error(tmp_path / "checkpoint.safetensors", SafetensorError(text))
    assert str(error).startswith(f"The disk of {tmp_path} is full")
