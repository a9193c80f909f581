# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenes to tune on: blocks are read once, and equal the source."""

import numpy as np
import pytest
from orthoscribe.engine.finetune.tuning import TuningScene
from orthoscribe.engine.tiling.window import Window


def scene_of(tools, height=600, width=530, **others):
    channels = np.random.default_rng(0).normal(size=(2, height, width)).astype(np.float32)
    source = tools.source(channels)
    return TuningScene(source, height, width, **others), source


@pytest.mark.parametrize("window", [Window(3, 5, 20, 30), Window(200, 240, 128, 128)])
def test_window_equals_that_of_the_source(tools, window):
    scene, source = scene_of(tools)
    channels, valid = scene.read(window)
    np.testing.assert_array_equal(channels, source.channels[(slice(None), *window.slices)])
    assert valid.all()


def test_pixels_beyond_the_scene_are_invalid_and_zero(tools):
    scene, source = scene_of(tools)
    channels, valid = scene.read(Window(590, -6, 20, 20))
    assert valid[:10, 6:].all()
    assert valid.sum() == 10 * 14
    assert not channels[:, ~valid].any()
    np.testing.assert_array_equal(channels[:, :10, 6:], source.channels[:, 590:, :14])


def test_blocks_around_labels_are_read_once(tools):
    scene, source = scene_of(tools)
    for _ in range(3):
        scene.read(Window(10, 10, 128, 128))
    assert source.windows == [Window(0, 0, 256, 256)]


def test_memory_for_blocks_is_limited(tools):
    scene, source = scene_of(tools, kept_bytes=1)
    scene.read(Window(0, 0, 1, 1))
    scene.read(Window(300, 0, 1, 1))
    scene.read(Window(0, 0, 1, 1))
    assert len(source.windows) == 3
