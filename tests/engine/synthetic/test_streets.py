# SPDX-License-Identifier: GPL-2.0-or-later
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
