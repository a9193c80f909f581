# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.synthetic.canvas import Canvas
from orthoscribe.engine.synthetic.codes import IMPERVIOUS, LOW_VEGETATION, TREE
from orthoscribe.engine.synthetic.layouts import COUNTRY
from orthoscribe.engine.synthetic.noise import NoiseSource
from orthoscribe.engine.synthetic.spectra import ASPHALT
from orthoscribe.engine.synthetic.streets import StreetBlock, block_of, plan_streets
from orthoscribe.engine.synthetic.zones.fields import (
    Course,
    drill_rows,
    furnish_field,
    headlands,
    strips_of,
    wheel_tracks,
)
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.canvases import Level, plain_conditions

SEEDS = range(12)


def field_of(seed):
    """Return a canvas with a field of the country on it, and the pixels of its block."""
    plan = plan_streets(np.random.default_rng(seed), 200.0, 200.0, COUNTRY)
    row, column = (len(lines.positions) // 2 for lines in (plan.streets, plan.side_streets))
    block = block_of(plan, row, column)
    middle = plan.place(*block.center)
    window = Window(round(middle.y) - 200, round(middle.x) - 200, 400, 400)
    canvas = Canvas(NoiseSource(seed), window, 1.0, Level(), plain_conditions())
    paint = ASPHALT.mix(np.random.default_rng(seed))
    canvas.color(canvas.whole(), np.ones(canvas.shape, bool), IMPERVIOUS, paint)
    furnish_field(np.random.default_rng(seed), canvas, plan, block)
    u, v = plan.to_plan(*canvas.axes())
    return canvas, block.holds(u, v)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_field_covers_its_bent_block_up_to_the_edge(seed):
    canvas, inside = field_of(seed)
    labels = canvas.labels[inside]
    assert np.isin(labels, (LOW_VEGETATION, TREE)).all()
    assert (labels == LOW_VEGETATION).mean() > 0.6


def test_fields_are_bare_or_green():
    greenness = []
    for seed in SEEDS:
        canvas, inside = field_of(seed)
        nir, red = canvas.reflectance[:2, inside & (canvas.labels == LOW_VEGETATION)]
        greenness.append((nir - red) / (nir + red))
    bare = np.mean([(field < 0.2).mean() for field in greenness])
    assert 0.2 < bare < 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_strips_lie_side_by_side_within_their_block(seed):
    block = StreetBlock(0, 0, -60.0, 60.0, 10.0, 60.0)
    strips = list(strips_of(np.random.default_rng(seed), block))
    covered = sum(strip.length_m * strip.depth_m for strip in strips)
    assert 0.7 < covered / (block.length_m * block.depth_m) <= 1 + 1e-9
    u, v = np.meshgrid(np.arange(-59.5, 60), np.arange(10.5, 60))
    count = sum(strip.holds(u, v).astype(int) for strip in strips)
    assert count.max() == 1


def test_blocks_are_cut_lengthwise_and_crosswise_into_several_strips():
    block = StreetBlock(0, 0, -60.0, 60.0, 10.0, 60.0)
    cut = [list(strips_of(np.random.default_rng(seed), block)) for seed in range(40)]
    assert {len(strips) for strips in cut} == {1, 2, 3, 5}
    assert any(strips[0].high_v < 60 and strips[0].high_u == 60 for strips in cut)
    assert any(strips[0].high_u < 60 and strips[0].high_v == 60 for strips in cut)


AXIS = np.arange(0, 120, 0.2, np.float32)
COURSE = Course(*np.meshgrid(AXIS, AXIS), 0.0, 120.0)
NO_TURN = np.zeros((AXIS.size, AXIS.size), bool)


def test_rows_run_along_the_course_and_across_it_where_machines_turn():
    rows = drill_rows(np.random.default_rng(1), 0.2, COURSE, NO_TURN, 0.1)
    assert np.ptp(rows, axis=1).max() == 0
    assert np.ptp(rows, axis=0).min() > 0.03
    turned = drill_rows(np.random.default_rng(1), 0.2, COURSE, ~NO_TURN, 0.1)
    np.testing.assert_array_equal(turned, rows.T)
    strong = drill_rows(np.random.default_rng(1), 0.2, COURSE, NO_TURN, 0.2)
    assert np.std(strong) > 1.3 * np.std(rows)
    assert rows.mean() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("gsd_m", [0.05, 0.5])
def test_rows_are_never_finer_than_pixels_can_show(gsd_m):
    fine = np.arange(0, 60, 0.01, np.float32)
    course = Course(np.zeros((fine.size, 1), np.float32), fine[:, None], 0.0, 60.0)
    for seed in range(6):
        row = drill_rows(np.random.default_rng(seed), gsd_m, course, course.along > 0, 0.1)[:, 0]
        wave = np.abs(np.fft.rfft(row[:300] - row[:300].mean()))  # 3 m: within one pass or two
        assert 3.0 / max(1, wave.argmax()) >= 2 * gsd_m


def test_machines_turn_at_the_ends_of_some_fields():
    turns = [headlands(np.random.default_rng(seed), COURSE) for seed in range(30)]
    assert 0.3 < np.mean([turn.any() for turn in turns]) < 0.9
    assert max(turn.mean() for turn in turns) < 0.3
    for turn in turns:
        assert not turn[:, AXIS.size // 2].any()


def test_wheels_leave_pairs_of_tracks_in_some_fields():
    tracks = [wheel_tracks(np.random.default_rng(seed), COURSE) for seed in range(30)]
    assert 0.2 < np.mean([track.any() for track in tracks]) < 0.8
    for track in tracks:
        assert track.shape == NO_TURN.shape
        assert 0 <= track.min() <= track.max() <= 0.9
        assert (track > 0).mean() < 0.15
