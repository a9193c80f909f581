# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.synthetic.building import Building
from orthoscribe.engine.synthetic.canvas import Place
from orthoscribe.engine.synthetic.codes import BUILDING
from orthoscribe.engine.synthetic.layouts import LAYOUTS
from orthoscribe.engine.synthetic.roofs import Roof
from orthoscribe.engine.synthetic.streets import block_of, plan_streets
from orthoscribe.engine.synthetic.zones.barns import _lean_to, build_barn, build_lone_barns
from orthoscribe.engine.synthetic.zones.pastures import furnish_pasture
from orthoscribe.tests.canvases import RED, level_canvas
from scipy.ndimage import label

SEEDS = range(12)
MIDDLE = Place(50, 50, 0.0)


def lone_barns(seed, room_m):
    canvas = level_canvas(200)
    build_lone_barns(np.random.default_rng(seed), canvas, MIDDLE, room_m)
    return canvas


def test_lone_barns_are_one_to_three_and_fewer_where_room_is_short():
    counts = {label(lone_barns(seed, 80.0).labels == BUILDING)[1] for seed in SEEDS}
    assert counts == {1, 2, 3}
    assert {label(lone_barns(seed, 5.0).labels == BUILDING)[1] for seed in SEEDS} == {1}


@pytest.mark.parametrize("seed", SEEDS)
def test_row_of_barns_is_about_its_middle(seed):
    rows, columns = np.nonzero(lone_barns(seed, 80.0).labels == BUILDING)
    assert rows.mean() / 2 == pytest.approx(MIDDLE.y, abs=3)
    assert columns.mean() / 2 == pytest.approx(MIDDLE.x, abs=8)


def test_barn_takes_a_part_of_its_room():
    canvas = level_canvas(200)
    build_barn(np.random.default_rng(1), canvas, MIDDLE, 40.0)
    _, columns = np.nonzero(canvas.labels == BUILDING)
    assert 0.4 * 40 <= np.ptp(columns) / 2 <= 0.8 * 40 + 1.5


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("land", LAYOUTS)
def test_barns_of_a_pasture_hardly_ever_stand_on_a_street(land, seed):
    plan = plan_streets(np.random.default_rng(seed), 200.0, 200.0, LAYOUTS[land])
    row, column = (len(lines.positions) // 2 for lines in (plan.streets, plan.side_streets))
    block = block_of(plan, row, column)
    canvas = level_canvas(800)
    furnish_pasture(np.random.default_rng(seed), canvas, plan, block)
    u, v = plan.to_plan(*canvas.axes())
    is_barn = canvas.labels == BUILDING
    assert not (is_barn & ~block.holds(u, v)).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_roof_of_a_lean_to_falls_away_from_its_barn(seed):
    canvas = level_canvas(200)
    barn = Building(MIDDLE, 20, 10, 5.0, Roof.FLAT, 0.0, RED)
    _lean_to(np.random.default_rng(seed), canvas, barn)
    rows, columns = np.nonzero(canvas.labels == BUILDING)
    assert columns.min() / 2 == pytest.approx(MIDDLE.x + 10, abs=0.6)
    assert np.ptp(rows) / 2 == pytest.approx(10, abs=0.6)
    profile = np.ma.median(np.ma.masked_equal(canvas.heights, 0), axis=0)
    assert profile[columns.min() + 1] > profile[columns.max() - 1] + 0.1
