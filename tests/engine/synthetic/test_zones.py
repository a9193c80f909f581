# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.protocol import LANDS
from orthoscribe.engine.synthetic.canvas import Canvas
from orthoscribe.engine.synthetic.codes import (
    BUILDING,
    CAR,
    CLUTTER,
    IMPERVIOUS,
    LOW_VEGETATION,
    TREE,
)
from orthoscribe.engine.synthetic.layouts import COUNTRY, LAYOUTS, TOWN
from orthoscribe.engine.synthetic.noise import NoiseSource
from orthoscribe.engine.synthetic.streets import block_of, plan_streets
from orthoscribe.engine.synthetic.zones import BUILT_ZONES, CHARACTERS, ZONES, furnish_blocks
from orthoscribe.engine.synthetic.zones.farms import furnish_farm
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.canvases import Level, plain_conditions

SEEDS = range(8)
# The least and the largest share of a block that each class covers, of several blocks on average
FURNISHED = {
    "furnish_houses": {BUILDING: (0.12, 0.5), LOW_VEGETATION: (0.15, 0.7), TREE: (0.03, 0.4)},
    "furnish_terraces": {BUILDING: (0.2, 0.6), LOW_VEGETATION: (0.1, 0.6)},
    "furnish_perimeter": {BUILDING: (0.25, 0.7), IMPERVIOUS: (0.1, 0.5)},
    "furnish_towers": {BUILDING: (0.1, 0.6), LOW_VEGETATION: (0.15, 0.7), TREE: (0.03, 0.5)},
    "furnish_works": {BUILDING: (0.15, 0.6), IMPERVIOUS: (0.2, 0.7)},
    "furnish_park": {BUILDING: (0, 0), LOW_VEGETATION: (0.2, 0.8), TREE: (0.1, 0.7)},
    "furnish_field": {BUILDING: (0, 0), LOW_VEGETATION: (0.7, 1), IMPERVIOUS: (0, 0)},
    "furnish_wood": {BUILDING: (0, 0), TREE: (0.4, 1)},
    "furnish_site": {BUILDING: (0, 0), CLUTTER: (0.02, 0.3), LOW_VEGETATION: (0.4, 0.97)},
    "furnish_farm": {BUILDING: (0.05, 0.4), IMPERVIOUS: (0.03, 0.4), LOW_VEGETATION: (0.3, 0.9)},
    "furnish_pasture": {BUILDING: (0.02, 0.3), LOW_VEGETATION: (0.5, 0.97), IMPERVIOUS: (0, 0)},
    "furnish_square": {BUILDING: (0, 0.15), IMPERVIOUS: (0.6, 1), TREE: (0.002, 0.2)},
}


def furnished(furnish, seed, layout=TOWN):
    """Return labels and heights of the pixels of a block after it is furnished."""
    plan = plan_streets(np.random.default_rng(seed), 200.0, 200.0, layout)
    row, column = (len(lines.positions) // 2 for lines in (plan.streets, plan.side_streets))
    block = block_of(plan, row, column)
    middle = plan.place(*block.center)
    window = Window(round(middle.y / 0.5) - 300, round(middle.x / 0.5) - 300, 600, 600)
    canvas = Canvas(NoiseSource(seed), window, 0.5, Level(), plain_conditions())
    furnish(np.random.default_rng(seed), canvas, plan, block)
    u, v = plan.to_plan(*canvas.axes())
    inside = block.holds(u, v)
    return canvas.labels[inside], canvas.heights[inside]


def test_every_zone_is_tried_here():
    assert {zone.__name__ for zone in ZONES} == set(FURNISHED)


@pytest.mark.parametrize("furnish", ZONES, ids=lambda zone: zone.__name__)
def test_zone_furnishes_a_block_with_what_its_name_says(furnish):
    blocks = [furnished(furnish, seed)[0] for seed in SEEDS]
    assert all((labels > 0).mean() > 0.97 for labels in blocks)
    for code, (least, largest) in FURNISHED[furnish.__name__].items():
        share = np.mean([(labels == code).mean() for labels in blocks])
        assert least <= share <= largest, (code, share)


@pytest.mark.parametrize("furnish", ZONES[:BUILT_ZONES], ids=lambda zone: zone.__name__)
def test_built_zones_come_first_and_always_have_buildings(furnish):
    for seed in SEEDS:
        labels, heights = furnished(furnish, seed)
        assert (labels == BUILDING).mean() > 0.03
        assert np.median(heights[labels == BUILDING]) > 2
    assert furnish.__name__ in list(FURNISHED)[:BUILT_ZONES]


def test_towers_are_the_tallest_and_works_have_lots():
    towers, houses = (
        np.mean([heights[labels == BUILDING].max() for labels, heights in blocks])
        for blocks in ([furnished(ZONES[zone], seed) for seed in SEEDS] for zone in (3, 0))
    )
    assert towers > houses + 4
    assert sum((furnished(ZONES[4], seed)[0] == CAR).sum() for seed in SEEDS) > 500


@pytest.mark.parametrize("seed", SEEDS)
def test_farms_of_the_country_have_buildings_and_a_yard_among_fields(seed):
    labels, heights = furnished(furnish_farm, seed, COUNTRY)
    assert (labels > 0).mean() > 0.99
    assert 0.005 < (labels == BUILDING).mean() < 0.3
    assert np.median(heights[labels == BUILDING]) > 2
    assert (labels == IMPERVIOUS).mean() > 0.005
    assert np.isin(labels, (LOW_VEGETATION, TREE)).mean() > 0.6


def test_every_land_has_characters():
    assert tuple(CHARACTERS) == LANDS


def test_characters_are_shares_of_all_zones():
    shares = np.array([row for rows in CHARACTERS.values() for row in rows])
    assert shares.shape[1] == len(ZONES)
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-9)
    assert (shares.max(axis=0) > 0.05).all()  # every zone is somewhere common


def test_country_is_open_and_town_is_built():
    built = {}
    for layout in LAYOUTS.values():
        labels = []
        for seed in SEEDS:
            plan = plan_streets(np.random.default_rng(seed), 150.0, 150.0, layout)
            canvas = Canvas(
                NoiseSource(seed), Window(0, 0, 150, 150), 1.0, Level(), plain_conditions()
            )
            furnish_blocks(NoiseSource(seed), canvas, plan)
            labels.append(canvas.labels)
        built[layout] = np.mean(np.array(labels) == BUILDING)
    assert built[COUNTRY] < 0.05 < 0.1 < built[TOWN]


def test_every_block_in_sight_is_furnished_alike_in_any_window():
    plan = plan_streets(np.random.default_rng(3), 300.0, 300.0, TOWN)
    painted = []
    for window in (Window(0, 0, 300, 300), Window(60, 90, 150, 120)):
        canvas = Canvas(NoiseSource(3), window, 1.0, Level(), plain_conditions())
        furnish_blocks(NoiseSource(5), canvas, plan)
        painted.append(canvas)
    here = Window(60, 90, 150, 120).slices
    np.testing.assert_array_equal(painted[0].labels[here], painted[1].labels)
    np.testing.assert_array_equal(painted[0].former_heights[here], painted[1].former_heights)
    assert len(np.unique(painted[0].labels)) >= 5
