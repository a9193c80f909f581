# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from threading import Thread

from orthoscribe.engine.process.gate import PublishingGate


def test_gate_cannot_be_closed_from_the_first_publication_to_the_end_of_the_job():
    gate = PublishingGate()
    for _ in range(2):  # a job may publish twice
        gate.enter()
    assert gate.is_held
    gate.leave()
    assert not gate.is_held


def test_gate_is_left_by_a_job_that_never_published():
    gate = PublishingGate()
    gate.leave()
    assert not gate.is_held


def test_closed_gate_keeps_a_job_from_publishing_until_it_is_reopened():
    gate = PublishingGate()
    gate.close()
    job = Thread(target=gate.enter, daemon=True)
    job.start()
    job.join(0.1)
    assert job.is_alive()
    gate.reopen()
    job.join(5)
    assert not job.is_alive()


def test_closing_ends_its_wait_when_the_job_is_over():
    gate = PublishingGate()
    gate.enter()
    watchdog = Thread(target=gate.close, daemon=True)
    watchdog.start()
    watchdog.join(0.1)
    assert watchdog.is_alive()
    gate.leave()
    watchdog.join(5)
    assert not watchdog.is_alive()
