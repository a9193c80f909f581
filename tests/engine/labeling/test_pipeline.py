# SPDX-License-Identifier: GPL-2.0-or-later
"""The pipeline: everything goes through, and whatever goes wrong ends it at once."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
import torch
from orthoscribe.engine.architectures import build
from orthoscribe.engine.labeling.pipeline import Pipeline
from orthoscribe.engine.labeling.predictor import Predictor
from orthoscribe.engine.labeling.schedule import CORE_PX, Schedule
from orthoscribe.engine.labeling.sliding_window import label_scene
from orthoscribe.engine.protocol import JobCanceled

pytestmark = pytest.mark.timed


@pytest.fixture(autouse=True)
def no_thread_survives():
    before = set(threading.enumerate())  # those of other tests may end meanwhile
    yield
    assert set(threading.enumerate()) - before == set()


def identity(item):
    return item


def never(_):
    pass


class TroubleError(Exception):
    pass


def failing_on(number):
    def stage(item):
        if item == number:
            raise TroubleError(item)
        return item

    return stage


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_item_goes_through_once(workers):
    written = []
    pipeline = Pipeline(identity, lambda item: item * 2, written.append, workers=workers)
    pipeline.run(range(50), never)
    assert sorted(written) == [2 * item for item in range(50)]


def test_no_items_are_no_trouble():
    Pipeline(identity, identity, identity, workers=2).run([], never)


@pytest.mark.parametrize("stage", [0, 1, 2])
@pytest.mark.parametrize("number", [0, 7, 199])
@pytest.mark.parametrize("workers", [1, 3])
def test_trouble_in_any_stage_is_raised_once(stage, number, workers):
    stages = [identity, identity, identity]
    stages[stage] = failing_on(number)
    with pytest.raises(TroubleError, match=str(number)):
        Pipeline(*stages, workers=workers).run(range(200), never)


def test_trouble_in_the_items_is_raised():
    def items():
        yield 1
        raise TroubleError

    with pytest.raises(TroubleError):
        Pipeline(identity, identity, identity).run(items(), never)


def test_watcher_stops_the_pipeline_when_it_raises():
    def watch(done):
        if done:
            raise JobCanceled

    def slow(item):
        time.sleep(0.01)
        return item

    start = time.monotonic()
    with pytest.raises(JobCanceled):
        Pipeline(identity, slow, identity, workers=2).run(range(10_000), watch)
    assert time.monotonic() - start < 2


def test_watcher_stays_in_the_calling_thread_and_hears_the_end():
    heard = []
    pipeline = Pipeline(identity, identity, identity)
    pipeline.run(range(5), lambda done: heard.append((done, threading.current_thread())))
    assert heard[-1] == (5, threading.current_thread())
    assert {thread for _, thread in heard} == {threading.current_thread()}


def test_reading_computing_and_writing_overlap():
    def slow(item):
        time.sleep(0.02)
        return item

    start = time.monotonic()
    Pipeline(slow, slow, slow).run(range(20), never)
    assert time.monotonic() - start < 20 * 3 * 0.02 * 0.75


def test_reading_waits_for_slow_computing():
    ahead, lead = [0], []

    def read(item):
        ahead[0] += 1
        return item

    def write(_):
        ahead[0] -= 1
        lead.append(ahead[0])

    def slow(item):
        time.sleep(0.005)
        return item

    Pipeline(read, slow, write).run(range(40), never)
    assert max(lead) <= 4


def labeler():
    network = build("maggiori_mlp", 4, 5).eval()
    return Predictor(network, torch.device("cpu"), codes=range(1, 6), stride_px=16, halo_px=80)


def test_cancel_interrupts_a_tile():
    asked = time.monotonic() + 0.3

    def cancel():
        if time.monotonic() > asked:
            raise JobCanceled

    size = 1536

    def read(window):
        return np.zeros((4, *window[2:]), np.float32), np.ones(window[2:], bool)

    with pytest.raises(JobCanceled):
        label_scene(
            read,
            lambda *_: None,
            labeler(),
            size,
            size,
            tile_size_px=size,
            threads=1,
            raise_if_canceled=cancel,
        )
    assert time.monotonic() - asked < 1.5


def test_predictor_forgets_its_hooks():
    predictor = labeler()
    with predictor.interruptible(lambda: None):
        assert all(len(layer._forward_pre_hooks) == 1 for layer in predictor.network.modules())
    assert not any(layer._forward_pre_hooks for layer in predictor.network.modules())


def plan(height, width, tile_size_px=0, threads=2):
    return Schedule.plan(height, width, stride_px=16, tile_size_px=tile_size_px, threads=threads)


def test_schedule_gives_each_thread_a_tile():
    assert plan(5000, 5000) == Schedule(CORE_PX, 2, 1)


def test_schedule_puts_many_threads_into_few_tiles():
    assert plan(5000, 5000, threads=16) == Schedule(CORE_PX, 4, 4)


def test_schedule_halves_tiles_of_a_small_scene_so_that_all_threads_work():
    assert plan(400, 400) == Schedule(CORE_PX // 2, 2, 1)
    assert plan(10, 10).core_px == 128


def test_schedule_rounds_a_wish_up_to_the_stride():
    assert plan(5000, 5000, tile_size_px=100).core_px == 112
