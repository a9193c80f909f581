# SPDX-License-Identifier: GPL-2.0-or-later
"""Every pixel of an image belongs to one pixel of a lattice, however the lattice is cut."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
import pytest
from orthoscribe.engine.tiling.grid import plan_tiles
from orthoscribe.engine.tiling.lattice import UNIT, Lattice
from orthoscribe.engine.tiling.window import Window

SCALES = [2.0, 0.1 / 0.07, 0.625, 0.25, 1 / 3, 7.3, 50.0]
PARTS = [Window(0, 0, 101, 67), Window(37, 13, 41, 29), Window(100, 66, 1, 1), Window(0, 20, 1, 47)]


@pytest.mark.parametrize("scale", SCALES)
def test_lattice_covers_the_image_and_no_more(scale):
    lattice = Lattice.scaled(101, 67, scale)
    for count, length in ((lattice.height, 101), (lattice.width, 67)):
        assert (count - 1) * Fraction(lattice.step, UNIT) < length <= count * lattice.scale
    assert lattice.scale == pytest.approx(scale, abs=1e-6)


def test_scale_that_is_whole_but_for_rounding_is_whole():
    assert Lattice.scaled(10, 10, 0.1 / 0.049999999999999996).scale == 2.0
    assert Lattice.scaled(10, 10, 1.9999999999).height == 5


@pytest.mark.parametrize("scale", SCALES)
def test_owner_holds_the_center(scale):
    lattice = Lattice.scaled(300, 300, scale)
    step = Fraction(lattice.step, UNIT)
    owners = lattice.owners(7, 200)
    for number, owner in enumerate(owners.tolist(), 7):
        assert owner * step <= number + Fraction(1, 2) < (owner + 1) * step
    bounds = lattice.bounds(int(owners[0]), int(owners[-1] - owners[0]) + 1)
    assert bounds.tolist() == [
        ceil(index * step - Fraction(1, 2)) for index in range(owners[0], owners[-1] + 2)
    ]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("core_px", [4, 8, 64])
def test_tiles_of_the_lattice_own_each_pixel_of_a_part_once(scale, part, core_px):
    lattice = Lattice.scaled(101, 67, scale)
    wanted = lattice.holding(part)
    count = np.zeros((101, 67), int)
    for tile in plan_tiles(
        lattice.height, lattice.width, core_px=core_px, stride_px=4, halo_px=0, wanted=wanted
    ):
        owned = lattice.owned(tile.core).intersect(part)
        count[owned.slices] += 1
        if not owned.is_empty:
            rows = lattice.owners(owned.row, owned.height)
            assert tile.core.row <= rows[0] <= rows[-1] < tile.core.row + tile.core.height
    expected = np.zeros_like(count)
    expected[part.slices] = 1
    assert np.array_equal(count, expected)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("scale", SCALES)
def test_window_that_holds_a_part_is_no_larger_than_it_must_be(scale, part):
    lattice = Lattice.scaled(101, 67, scale)
    rows = lattice.owners(part.row, part.height)
    cols = lattice.owners(part.col, part.width)
    assert lattice.holding(part) == Window(
        rows[0], cols[0], rows[-1] + 1 - rows[0], cols[-1] + 1 - cols[0]
    )
