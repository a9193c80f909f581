# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.synthetic.canvas import Canvas
from orthoscribe.engine.synthetic.layouts import COUNTRY, LAYOUTS, TOWN
from orthoscribe.engine.synthetic.noise import NoiseSource
from orthoscribe.engine.synthetic.streets import MOST_BENT_M, WAVE_M, block_of, plan_streets
from orthoscribe.engine.synthetic.terrain import Terrain
from orthoscribe.engine.synthetic.visibility import (
    FARTHEST_M,
    SPILL_M,
    visible_blocks,
    visible_segments,
)
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.canvases import plain_conditions

GSD_M = {TOWN: 2.0, COUNTRY: 5.0}  # so that a window holds about as many blocks


@pytest.fixture(params=[(1, TOWN), (2, TOWN), (3, TOWN), (4, TOWN), (5, COUNTRY), (6, COUNTRY)])
def plan(request):
    seed, layout = request.param
    scale = GSD_M[layout] / GSD_M[TOWN]
    return plan_streets(np.random.default_rng(seed), scale * 1200.0, scale * 900.0, layout)


def canvas_of(window, gsd_m):
    return Canvas(NoiseSource(0), window, gsd_m, Terrain(NoiseSource(0)), plain_conditions())


def corners_of(plan, block):
    for u in (block.low_u, block.high_u):
        for v in (block.low_v, block.high_v):
            yield plan.place(u, v)


def test_part_of_a_block_holds_its_corners(plan):
    canvas = canvas_of(Window(-400, -400, 1000, 1000), 2 * GSD_M[plan.layout])  # more than the plan
    blocks = list(visible_blocks(plan, canvas))
    assert len(blocks) > 60
    for block, part in blocks:
        left, top, right, bottom = part.box
        for corner in corners_of(plan, block):
            assert left <= corner.x <= right
            assert top <= corner.y <= bottom


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.land)
def test_nothing_reaches_farther_from_its_middle_than_is_looked(layout):
    # The largest block of a layout, in the plan that bends and turns it worst
    length_m, depth_m = layout.block_length_m[1], layout.block_depth_m[1]
    steepest = 2 * np.pi * MOST_BENT_M / WAVE_M[0]
    half_p, half_q = (
        (long_m + steepest * across_m) / 2 + SPILL_M
        for long_m, across_m in ((length_m, depth_m), (depth_m, length_m))
    )
    assert np.hypot(half_p, half_q) < FARTHEST_M


def test_every_block_with_a_corner_in_the_window_is_in_sight(plan):
    canvas = canvas_of(Window(130, 220, 80, 60), GSD_M[plan.layout])
    left, top, right, bottom = canvas.box
    seen = {(block.row, block.column) for block, _ in visible_blocks(plan, canvas)}
    counts = len(plan.streets.positions) - 1, len(plan.side_streets.positions) - 1
    inside = {
        (row, column)
        for row, column in np.ndindex(*counts)
        if any(
            left < corner.x < right and top < corner.y < bottom
            for corner in corners_of(plan, block_of(plan, row, column))
        )
    }
    assert inside
    assert inside <= seen
    assert len(seen) < np.prod(counts) / 4


@pytest.mark.parametrize("is_side", [False, True])
def test_segments_are_open_and_in_the_window(plan, is_side):
    canvas = canvas_of(Window(130, 220, 80, 60), GSD_M[plan.layout])
    lines = plan.side_streets if is_side else plan.streets
    segments = [segment for segment, _ in visible_segments(plan, canvas, is_side=is_side)]
    assert len(segments) == len(set(segments)) > 0
    for line, number, first, last in segments:
        assert lines.is_open[line, number]
        crossing = plan.streets if is_side else plan.side_streets
        np.testing.assert_array_equal(crossing.positions[number - 1 : number + 1], (first, last))
