# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.training.augment import WAYS, turn
from orthoscribe.engine.training.samples import ViewPool
from orthoscribe.engine.training.views import View


def view_of(number, edge_px=64):
    classes = np.zeros((edge_px, edge_px), np.uint8)
    classes[4:8, 48:52] = 1
    classes[:, :3] = IGNORED
    rows, columns = np.mgrid[:edge_px, :edge_px]
    return View(np.stack([rows, columns, np.full_like(rows, number)]).astype(np.float16), classes)


@pytest.fixture
def pool():
    numbers = iter(range(100))
    return ViewPool(lambda: view_of(next(numbers)), size=3)


def test_eight_turns_are_all_different():
    patch = np.arange(9).reshape(3, 3)
    assert len({turn(patch, way).tobytes() for way in range(WAYS)}) == 8


def test_turns_move_channels_and_classes_alike():
    view = view_of(0)
    for way in range(WAYS):
        channels, classes = turn(view.channels, way), turn(view.classes, way)
        rows, columns = channels[0].astype(int), channels[1].astype(int)
        np.testing.assert_array_equal(classes, view.classes[rows, columns])


def test_patches_are_cut_alike_from_channels_and_classes(pool):
    batch = pool.draw(np.random.default_rng(0), patches=20, edge_px=16)
    assert batch.channels.shape == (20, 3, 16, 16)
    assert batch.channels.dtype == np.float32
    truth = view_of(0).classes
    for channels, classes in zip(batch.channels.astype(int), batch.classes, strict=True):
        np.testing.assert_array_equal(classes, truth[channels[0], channels[1]])


def test_rare_classes_are_seen_often(pool):
    batch = pool.draw(np.random.default_rng(0), patches=200, edge_px=8)
    with_rare = (batch.classes == 1).any(axis=(1, 2)).mean()
    assert with_rare > 0.2  # a patch anywhere has it in four of a hundred cases


def test_patches_as_large_as_the_view_are_the_view(pool):
    batch = pool.draw(np.random.default_rng(0), patches=4, edge_px=64)
    for classes in batch.classes:
        assert (classes == 1).sum() == 16


def test_same_seed_draws_the_same_patches():
    batches = []
    for _ in range(2):
        pool = ViewPool(lambda: view_of(0), size=2)
        batches.append(pool.draw(np.random.default_rng(5), 6, 16))
    np.testing.assert_array_equal(batches[0].channels, batches[1].channels)


def test_renewing_replaces_the_oldest_view(pool):
    pool.renew()
    batch = pool.draw(np.random.default_rng(0), patches=60, edge_px=8)
    assert set(np.unique(batch.channels[:, 2])) == {1, 2, 3}


def test_class_shares_leave_out_what_is_ignored(pool):
    np.testing.assert_allclose(pool.class_shares(2), [1 - 16 / (64 * 61), 16 / (64 * 61)])
