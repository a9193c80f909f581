"""Super-tiles cover the output once, and their tiles are those of the whole run."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.scale.super_tiles import plan_parts
from orthoscribe.engine.tiling.grid import plan_tiles
from orthoscribe.engine.tiling.lattice import Lattice
from orthoscribe.engine.tiling.window import Window

HEIGHT, WIDTH, STRIDE_PX, CORE_PX = 1000, 1400, 16, 64
TILES = {"core_px": CORE_PX, "stride_px": STRIDE_PX, "halo_px": 48}


@pytest.mark.parametrize(
    "wanted",
    [Window(0, 0, HEIGHT, WIDTH), Window(37, 211, 700, 900), Window(5, 5, 1, 1)],
    ids=["whole", "extent", "pixel"],
)
def test_tiles_of_all_parts_are_the_tiles_of_the_run(wanted):
    whole = list(plan_tiles(HEIGHT, WIDTH, **TILES, wanted=wanted))
    parts = list(plan_parts(wanted, STRIDE_PX, CORE_PX, wanted.intersect))
    found = [
        tile
        for part in parts
        for tile in plan_tiles(HEIGHT, WIDTH, **TILES, wanted=wanted, part=part.window)
    ]
    assert sorted(found) == sorted(whole)
    assert [part.number for part in parts] == list(range(len(parts)))


@pytest.mark.parametrize("scale", [1.0, 0.37, 2.9])
def test_places_cover_the_output_once(scale):
    lattice = Lattice.scaled(HEIGHT, WIDTH, scale)
    output = Window(13, 40, 801, 1203)

    def owned(window):
        return lattice.owned(window).intersect(output)

    counts = np.zeros((HEIGHT, WIDTH), int)
    parts = list(plan_parts(lattice.holding(output), STRIDE_PX, CORE_PX, owned))
    for part in parts:
        counts[part.place.slices] += 1
    assert (counts[output.slices] == 1).all()
    assert counts.sum() == output.height * output.width
    assert len(parts) > 4


def test_parts_without_a_place_are_left_out():
    def owned(window):
        return window if window.row else window._replace(height=0)

    parts = list(plan_parts(Window(0, 0, 512, 512), STRIDE_PX, CORE_PX, owned))
    assert parts[0].number == 0
    assert min(part.window.row for part in parts) > 0


def test_number_of_parts_depends_on_the_scene_alone():
    small = list(plan_parts(Window(0, 0, 600, 600), 16, 512, lambda window: window))
    large = list(plan_parts(Window(0, 0, 100_000, 100_000), 16, 512, lambda window: window))
    assert len(small) == 4
    assert len(large) == 25**2
