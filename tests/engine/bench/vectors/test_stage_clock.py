# SPDX-License-Identifier: GPL-2.0-or-later
"""Processor time of stages."""

import time

import pytest
from orthoscribe.engine.bench.vectors.stage_clock import StageClock


def work(seconds):
    end_s = time.process_time() + seconds
    while time.process_time() < end_s:
        pass


def test_time_counts_for_the_stage_that_was_reported_before():
    clock = StageClock()
    clock.progress(0.0, "one")
    work(0.05)
    clock.progress(0.5, "two")
    clock.progress(0.6, "one")
    work(0.05)
    clock.progress(1.0, "three")
    assert clock.seconds["one"] == pytest.approx(0.1, abs=0.03)
    assert clock.seconds["two"] < 0.03


def test_waiting_is_no_processor_time():
    clock = StageClock()
    clock.progress(0.0, "one")
    time.sleep(0.1)
    clock.progress(1.0, "two")
    assert clock.seconds["one"] < 0.05
