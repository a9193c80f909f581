"""Blocks of labels as bytes: what comes back is what was given."""

import numpy as np
import pytest

pytest.importorskip("torch")

from orthoscribe.engine.labeling.label_blocks import block_from_bytes, block_to_bytes
from orthoscribe.engine.raster.reader import LabeledWindow
from orthoscribe.engine.tiling.window import Window


def labels(window, kind):
    draw = np.random.default_rng(window.col)
    shape = window.height, window.width
    percents = {"none": None, "zeros": np.zeros(shape, np.uint8)}.get(kind)
    if kind == "plain":
        percents = draw.integers(0, 101, shape, np.uint8)
    return LabeledWindow(window, draw.integers(0, 7, shape, np.uint8), percents)


def test_block_comes_back_as_it_was():
    kinds = ("plain", "none", "zeros", "plain")
    given = [labels(Window(3, 40 * n, 17 + n, 40), kind) for n, kind in enumerate(kinds)]
    found = list(block_from_bytes(block_to_bytes(given)))
    assert [each.window for each in found] == [each.window for each in given]
    for one, other in zip(found, given, strict=True):
        assert np.array_equal(one.codes, other.codes)
        assert (one.percents is None) == (other.percents is None)
        assert other.percents is None or np.array_equal(one.percents, other.percents)


def test_empty_blocks_take_hardly_any_space():
    nothing = np.zeros((512, 512), np.uint8)
    assert list(block_from_bytes(block_to_bytes([]))) == []
    assert len(block_to_bytes([LabeledWindow(Window(0, 0, 512, 512), nothing, nothing)])) < 3000


def test_block_of_a_part_of_an_array_comes_back():
    window = Window(0, 0, 4, 5)
    plane = np.arange(100, dtype=np.uint8).reshape(10, 10)
    (found,) = block_from_bytes(
        block_to_bytes([LabeledWindow(window, plane[::2, :5][:4], plane[3:7, 5:])])
    )
    assert np.array_equal(found.codes, plane[::2, :5][:4])
    assert np.array_equal(found.percents, plane[3:7, 5:])
