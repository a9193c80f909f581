# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches of views in memory: cut alike, balanced, repeatable, and from renewed views."""

import numpy as np
import pytest
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import Normalization
from orthoscribe.engine.protocol.catalog.recipes import Augmentation, Sampling
from orthoscribe.engine.training.augment import WAYS, turn
from orthoscribe.engine.training.class_weights import class_shares
from orthoscribe.engine.training.patches import draw_patch
from orthoscribe.engine.training.view_pool import ViewPool
from orthoscribe.engine.training.views import View


def view_of(number, edge_px=64):
    classes = np.zeros((edge_px, edge_px), np.uint8)
    classes[4:8, 48:52] = 1
    classes[:, :3] = IGNORED
    rows, columns = np.mgrid[:edge_px, :edge_px]
    return View(np.stack([rows, columns, np.full_like(rows, number)]).astype(np.float16), classes)


@pytest.fixture
def pool():
    return ViewPool(view_of, size=3, steps_per_view=4)


def draws(pool, count, edge_px, seed=0, step=0):
    rng = np.random.default_rng(seed)
    sampling = Sampling(1, (edge_px, edge_px), balanced_share=0.5)
    turned = Augmentation(turns=True)
    sources = pool.at(step)
    return [draw_patch(rng, sources, sampling, turned, Normalization()) for _ in range(count)]


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
    truth = view_of(0).classes
    for channels, classes in draws(pool, 20, 16):
        assert (channels.shape, channels.dtype) == ((3, 16, 16), np.float32)
        rows, columns = channels[:2].astype(int)
        np.testing.assert_array_equal(classes, truth[rows, columns])


def test_rare_classes_are_seen_often(pool):
    with_rare = np.mean([(patch.classes == 1).any() for patch in draws(pool, 200, 8)])
    assert with_rare > 0.2  # a patch anywhere has it in four of a hundred cases


def test_patches_as_large_as_the_view_are_the_view(pool):
    for patch in draws(pool, 4, 64):
        assert (patch.classes == 1).sum() == 16


def test_same_seed_draws_the_same_patches(pool):
    for one, other in zip(draws(pool, 6, 16, seed=5), draws(pool, 6, 16, seed=5), strict=True):
        np.testing.assert_array_equal(one.channels, other.channels)


@pytest.mark.parametrize(("step", "numbers"), [(3, {0, 1, 2}), (4, {1, 2, 3}), (9, {2, 3, 4})])
def test_oldest_view_is_replaced_after_its_steps(pool, step, numbers):
    patches = draws(pool, 60, 8, step=step)
    assert {int(patch.channels[2, 0, 0]) for patch in patches} == numbers


def test_any_step_may_be_the_first(pool):
    later = ViewPool(view_of, size=3, steps_per_view=4)
    pool.at(0)
    for one, other in zip(draws(pool, 6, 16, step=9), draws(later, 6, 16, step=9), strict=True):
        np.testing.assert_array_equal(one.channels, other.channels)


def test_class_shares_leave_out_what_is_ignored(pool):
    shares = class_shares(pool.at(0), 2)
    np.testing.assert_allclose(shares, [1 - 16 / (64 * 61), 16 / (64 * 61)])
