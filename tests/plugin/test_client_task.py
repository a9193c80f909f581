# SPDX-License-Identifier: GPL-2.0-or-later
"""A job as a QGIS task: heard on the main thread, canceled from it, never crashing it."""

import threading
import time

import pytest

pytest.importorskip("qgis")

from orthoscribe.plugin.engine_client.run import run_job
from orthoscribe.plugin.engine_client.task import EngineTask
from orthoscribe.plugin.protocol import Hello
from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QCoreApplication


@pytest.fixture
def start(qgis_app, job):
    """Start a task with this runner; return it and what it told, with the threads it told it in."""
    tasks = []

    def start(runner):
        told = []

        def note(what):
            told.append((what, threading.current_thread()))

        task = EngineTask("Label", job, note, note, runner=runner)
        tasks.append(task)
        QgsApplication.taskManager().addTask(task)
        return task, told

    return start


@pytest.fixture
def runner(fake_engine):
    """Return a function from the fake's flags to a runner of jobs."""

    def with_flags(*flags):
        command = fake_engine(*flags)
        return lambda job, on_event, is_canceled: run_job(
            job, on_event, is_canceled, command=command
        )

    return with_flags


def outcomes(told):
    return [what for what, _ in told if hasattr(what, "is_finished")]


def wait_for_outcome(told, seconds=15.0):
    end_s = time.monotonic() + seconds
    while not outcomes(told):
        assert time.monotonic() < end_s, "no outcome came"
        QCoreApplication.processEvents()
        time.sleep(0.01)
    return outcomes(told)[0]


def test_task_tells_events_then_outcome_on_the_main_thread(start, runner):
    _, told = start(runner())
    outcome = wait_for_outcome(told)
    assert outcome.is_finished
    assert isinstance(told[0][0], Hello)
    assert told[-1][0] is outcome
    assert len(told) == 14
    assert {thread for _, thread in told} == {threading.main_thread()}


def test_task_works_in_the_background(start):
    threads = []

    def runner(job, on_event, is_canceled):
        threads.append(threading.current_thread())
        raise RuntimeError("a bug")

    _, told = start(runner)
    wait_for_outcome(told)
    assert threads[0] is not threading.main_thread()


def test_canceled_task_ends_within_two_seconds(start, runner):
    task, told = start(runner("--hang-at", 3))
    while len(told) < 3:
        QCoreApplication.processEvents()
    start_s = time.monotonic()
    task.cancel()
    assert wait_for_outcome(told).is_canceled
    assert time.monotonic() - start_s < 2.2
    assert task.status() == QgsTask.TaskStatus.Complete  # what is terminated, QGIS calls failed


def test_bug_in_task_becomes_a_failure(start):
    def runner(job, on_event, is_canceled):
        raise RuntimeError("boom")

    task, told = start(runner)
    failure = wait_for_outcome(told).failure
    assert task.status() == QgsTask.TaskStatus.Terminated
    assert failure.reason == "bug"
    assert "boom" in failure.message
    assert "Traceback" in failure.detail


def test_killed_engine_reaches_the_task(start, runner):
    _, told = start(runner("--kill-at", 4))
    assert wait_for_outcome(told).failure.exit_code == -9
