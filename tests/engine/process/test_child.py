# SPDX-License-Identifier: GPL-2.0-or-later
"""A job in a process of its own: however it ends, this process hears it in its own terms."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from orthoscribe.engine.process.cancellation import Cancellation
from orthoscribe.engine.process.child import run_in_child
from orthoscribe.engine.process.reporter import Reporter
from orthoscribe.engine.protocol import (
    EngineError,
    JobCanceled,
    LabelJob,
    Progress,
    SceneJob,
)


class Listener(Reporter):
    """Keeps events, and does something at the first progress."""

    def __init__(self, at_first_progress=lambda: None):
        super().__init__(Cancellation())
        self.events, self._act = [], at_first_progress

    def emit(self, event):
        if isinstance(event, Progress) and not self.of(Progress):
            self._act()
        self.events.append(event)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def job(tmp_path):
    return SceneJob(output=str(tmp_path / "scene"), size_px=64, gsd_m=0.2)


def children():
    """Return the processes this one has started."""
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def test_artifacts_come_back_by_role_and_progress_is_heard(job, tmp_path):
    listener = Listener()
    artifacts = run_in_child(job, listener)
    assert artifacts["image"] == tmp_path / "scene" / "image.tif"
    assert all(path.is_file() for path in artifacts.values())
    assert listener.of(Progress)
    assert children() == []


def test_failure_is_told_in_the_words_of_the_job(tmp_path):
    nowhere = str(tmp_path / "nowhere.tif")
    missing = LabelJob(image=nowhere, dsm=nowhere, output=str(tmp_path / "out"))
    with pytest.raises(EngineError, match=r"nowhere\.tif does not exist"):
        run_in_child(missing, Listener())


def test_request_to_stop_is_passed_on(job, tmp_path):
    listener = Listener()
    listener._act = listener.cancellation.request
    with pytest.raises(JobCanceled):
        run_in_child(SceneJob(output=job.output, size_px=1500, gsd_m=0.2), listener)
    assert not (tmp_path / "scene" / "image.tif").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="finds the child in /proc")
def test_killed_child_is_told_as_a_death(job):
    listener = Listener(lambda: [os.kill(pid, signal.SIGKILL) for pid in children()])
    with pytest.raises(EngineError, match="ended unexpectedly"):
        run_in_child(SceneJob(output=job.output, size_px=1500, gsd_m=0.2), listener)


def test_child_that_never_listens_is_told_as_a_death(job):
    with pytest.raises(EngineError, match="ended unexpectedly"):
        run_in_child(job, Listener(), (sys.executable, "-c", "raise SystemExit(3)"))
