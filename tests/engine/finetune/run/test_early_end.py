# SPDX-License-Identifier: GPL-2.0-or-later
"""A training is ended early by a file in its folder, from any process."""

from __future__ import annotations

import pytest
from orthoscribe.engine.finetune.run.early_end import NAME, EarlyEnd, request_early_end
from orthoscribe.engine.outputs.staging import Staging
from orthoscribe.engine.protocol import JobError
from orthoscribe.tests.training_scene import Listener


def test_request_reaches_a_training_at_work(tmp_path):
    with Staging(tmp_path / "model") as staging:
        assert staging.scratch.exists()
        early_end = EarlyEnd(tmp_path / "model", Listener())
        assert not early_end.is_requested()
        early_end._looked_s = 0.0  # so that it looks again at once
        request_early_end(str(tmp_path / "model"))
        assert early_end.is_requested()


def test_name_of_a_model_of_the_library_is_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with Staging(tmp_path / "models" / "town") as staging:
        assert staging.scratch.exists()
        assert request_early_end("town") == tmp_path / "models" / "town"


@pytest.mark.parametrize("name", ["model", "nowhere"])
def test_request_without_a_training_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model").mkdir()
    with pytest.raises(JobError, match=f"No training is at work in {name}"):
        request_early_end(name)


def test_request_of_an_earlier_run_is_forgotten(tmp_path):
    (tmp_path / NAME).touch()
    assert not EarlyEnd(tmp_path, Listener()).is_requested()
    assert not (tmp_path / NAME).exists()


def test_host_ends_a_training_early_too(tmp_path):
    listener = Listener()
    early_end = EarlyEnd(tmp_path, listener)
    listener.cancellation.request_early_end()
    assert early_end.is_requested()
