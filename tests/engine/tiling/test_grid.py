# SPDX-License-Identifier: GPL-2.0-or-later
"""Windows and the tile grid."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orthoscribe.engine.tiling import grid, window
from orthoscribe.engine.tiling.grid import padded_size, plan_tiles
from orthoscribe.engine.tiling.window import Window


@pytest.mark.parametrize("module", [grid, window])
def test_examples_in_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0


def test_window_slices_select_its_pixels():
    raster = np.arange(20).reshape(4, 5)
    assert raster[Window(1, 2, 2, 3).slices].tolist() == [[7, 8, 9], [12, 13, 14]]


def test_window_intersect_is_empty_when_windows_only_touch():
    shared = Window(0, 0, 4, 4).intersect(Window(4, 0, 4, 4))
    assert shared.is_empty
    assert shared.height == 0


def test_window_clip_keeps_nothing_when_outside():
    assert Window(-9, 3, 4, 4).clip(10, 10).is_empty


def test_window_shift_undoes_itself():
    start = Window(3, 4, 5, 6)
    assert start.shift(2, -7).shift(-2, 7) == start


@pytest.mark.parametrize(("length", "expected"), [(1, 16), (15, 16), (16, 16), (17, 32)])
def test_padded_size_is_the_next_multiple(length, expected):
    assert padded_size(length, 16) == expected


sizes = st.integers(1, 150)
strides = st.sampled_from((1, 2, 16))


@given(sizes, sizes, strides, st.integers(1, 6), st.integers(0, 4))
@settings(deadline=None)
def test_plan_covers_every_pixel_once_on_the_stride_grid(height, width, stride, cores, halos):
    covered = np.zeros((height, width), int)
    plan = plan_tiles(
        height, width, core_px=cores * stride, stride_px=stride, halo_px=halos * stride
    )
    for core, seen in plan:
        covered[core.slices] += 1
        assert all(edge % stride == 0 for edge in (*core[:2], *seen))
        assert core.intersect(seen) == core
    assert (covered == 1).all()


@given(sizes, sizes, st.integers(1, 6), st.integers(0, 4))
@settings(deadline=None)
def test_plan_reaches_the_halo_or_the_padded_border(height, width, cores, halos):
    padded = padded_size(height, 16), padded_size(width, 16)
    for core, seen in plan_tiles(
        height, width, core_px=cores * 16, stride_px=16, halo_px=halos * 16
    ):
        on_grid = Window(*core[:2], *(padded_size(edge, 16) for edge in core[2:]))
        assert seen == on_grid.grow(halos * 16).clip(*padded)


@st.composite
def parts(draw):
    height, width = draw(sizes), draw(sizes)
    row, col = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
    part = Window(row, col, draw(st.integers(1, height - row)), draw(st.integers(1, width - col)))
    return height, width, part


@given(parts(), st.integers(1, 6), st.integers(0, 4))
@settings(deadline=None)
def test_plan_of_a_part_covers_it_once_in_the_phase_of_the_whole(part, cores, halos):
    height, width, wanted = part
    covered = np.zeros((height, width), int)
    for core, seen in plan_tiles(
        height, width, core_px=cores * 16, stride_px=16, halo_px=halos * 16, wanted=wanted
    ):
        covered[core.slices] += 1
        around = core.align(16).grow(halos * 16)
        assert seen == around.clip(padded_size(height, 16), padded_size(width, 16))
    assert (covered[wanted.slices] == 1).all()
    assert covered.sum() == wanted.height * wanted.width


@pytest.mark.parametrize(
    ("size", "core", "halo"), [((0, 9), 16, 0), ((9, 9), 20, 0), ((9, 9), 16, 20), ((9, 9), 0, 0)]
)
def test_plan_refuses_what_cannot_be_exact(size, core, halo):
    with pytest.raises(ValueError, match=r"tiled|multiples"):
        list(plan_tiles(*size, core_px=core, stride_px=16, halo_px=halo))
