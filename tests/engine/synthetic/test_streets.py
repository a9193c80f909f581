# SPDX-License-Identifier: GPL-2.0-or-later
from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.synthetic.layouts import COUNTRY, TOWN
from orthoscribe.engine.synthetic.streets import block_of, plan_streets


@pytest.fixture(params=[1, 2, 3])
def plan(request):
    return plan_streets(np.random.default_rng(request.param), 150.0, 220.0, TOWN)


def test_place_is_the_inverse_of_to_plan(plan):
    for u, v in ((0.0, 0.0), (60.0, -40.0), (-110.0, 90.0)):
        place = plan.place(u, v)
        back = plan.to_plan(np.array([place.x]), np.array([place.y]))
        np.testing.assert_allclose([float(c[0]) for c in back], [u, v], atol=0.02)


def test_place_is_directed_along_its_street(plan):
    place, ahead = plan.place(10.0, 5.0), plan.place(10.2, 5.0)
    direction = np.arctan2(ahead.y - place.y, ahead.x - place.x)
    assert np.cos(place.angle - direction) == pytest.approx(1, abs=1e-3)


def test_one_open_street_passes_near_the_middle(plan):
    nearest = np.abs(plan.streets.positions).argmin()
    assert abs(plan.streets.positions[nearest]) <= 0.15 * 150
    assert plan.streets.is_open[nearest].all()


def mean_gaps_and_open_shares(layout):
    """Return both of streets and of side streets, over some plans."""
    measured = []
    for seed in range(9):
        plan = plan_streets(np.random.default_rng(seed), 150.0, 220.0, layout)
        for lines in (plan.streets, plan.side_streets):
            measured.append((np.diff(lines.positions).mean(), lines.is_open.mean()))
    return np.mean(measured, axis=0)


def test_country_has_larger_blocks_and_fewer_streets():
    town_gap, town_share = mean_gaps_and_open_shares(TOWN)
    country_gap, country_share = mean_gaps_and_open_shares(COUNTRY)
    assert country_gap > 1.5 * town_gap
    assert country_share < 0.7 * town_share


def test_block_holds_what_lies_between_its_edges(plan):
    block = block_of(plan, 1, 1)
    u, v = np.linspace(block.low_u - 1, block.high_u + 1, 40), np.full(40, block.center[1])
    inside = block.holds(u, v)
    assert not inside[[0, -1]].any()
    assert inside[2:-2].all()
    assert not block.holds(u, np.full(40, block.high_v)).any()


def test_blocks_lie_between_the_roadways(plan):
    for row, column in np.ndindex(
        len(plan.streets.positions) - 1, len(plan.side_streets.positions) - 1
    ):
        block = block_of(plan, row, column)
        assert block.length_m > 20
        assert block.depth_m > 20
        for v, half_m in zip(plan.streets.positions, plan.streets.half_widths, strict=True):
            assert block.high_v < v - half_m or block.low_v > v + half_m


def avenues_of(share):
    layout = replace(TOWN, avenue_share=share)
    return [plan_streets(np.random.default_rng(seed), 150.0, 220.0, layout) for seed in range(6)]


def test_avenues_are_open_and_wide_and_leave_blocks_their_size():
    widest, sizes = {}, {}
    for share in (0.0, 1.0):
        plans = avenues_of(share)
        widest[share] = max(plan.streets.half_widths.max() for plan in plans)
        blocks = [block_of(plan, row, 3) for plan in plans for row in range(3)]
        sizes[share] = [block.depth_m for block in blocks]
        if share:
            assert all(plan.streets.is_open.all() for plan in plans)
    assert widest[0.0] <= TOWN.half_roadway_m[1] < TOWN.half_avenue_m[0] < widest[1.0]
    assert widest[1.0] <= TOWN.half_avenue_m[1]
    least_m = TOWN.block_depth_m[0] - 2 * (TOWN.half_roadway_m[1] + TOWN.sidewalk_m[1])
    for depths in sizes.values():
        assert min(depths) >= least_m - 1e-6
        assert max(depths) <= TOWN.block_depth_m[1]


def test_the_middle_street_stays_where_it_is():
    for narrow, wide in zip(avenues_of(0.0), avenues_of(1.0), strict=True):
        nearest = [np.abs(plan.streets.positions).min() for plan in (narrow, wide)]
        assert nearest[1] == pytest.approx(nearest[0])
