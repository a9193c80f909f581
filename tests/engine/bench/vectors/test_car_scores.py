# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of cars with known answers."""

import numpy as np
import pytest
import shapely
from orthoscribe.engine.bench.vectors.car_scores import FoundCars, TrueCars, score_cars
from orthoscribe.engine.bench.vectors.pooling import pooled

SCENE = shapely.box(0, 0, 100, 100)


def car(x, y):
    return shapely.box(x - 2, y - 1, x + 2, y + 1)


def found(*places, heading_deg=90.0):
    outlines = np.array([car(*place) for place in places], object)
    return FoundCars(outlines, np.full(len(places), heading_deg))


def true(*places, visible=1.0, is_on_lot=False):
    outlines = np.array([car(*place) for place in places], object)
    count = len(places)
    return TrueCars(
        outlines, np.full(count, 90.0), np.full(count, visible), np.full(count, is_on_lot)
    )


def test_one_found_one_missed_one_false():
    scores = score_cars(found((20, 20), (70, 70)), true((20.5, 20), (40, 40)), SCENE, 0.1)
    assert (scores.precision, scores.recall, scores.f1) == (0.5, 0.5, 0.5)
    assert scores.count_error == 0
    assert scores.center_error_m == pytest.approx([0.5])


def test_hidden_cars_are_neither_required_nor_wrong():
    hidden = true((20, 20), visible=0.3)
    scores = score_cars(found((20, 20)), hidden, SCENE, 0.1)
    assert (scores.true, scores.found, scores.matched) == (0, 0, 0)


def test_cars_in_the_rim_do_not_count():
    scores = score_cars(found((0.1, 20)), true((0.5, 20)), SCENE, 0.1)
    assert (scores.true, scores.found) == (0, 0)


def test_headings_are_those_of_lines():
    scores = score_cars(found((20, 20), heading_deg=268.0), true((20, 20)), SCENE, 0.1)
    assert scores.heading_error_deg == pytest.approx([2])
    scores = score_cars(found((20, 20), heading_deg=0.0), true((20, 20)), SCENE, 0.1)
    assert scores.near_heading_share == 0


def test_two_cars_of_a_lot_delivered_as_one():
    lot = true((20, 20), (20, 22.2), is_on_lot=True)
    merged = FoundCars(np.array([shapely.box(18, 19, 22, 23.2)]), np.array([0.0]))
    scores = score_cars(merged, lot, SCENE, 0.1)
    assert scores.lot_recall == 0.5
    assert scores.lot_count_error == -0.5


def test_pooling_is_over_cars():
    good = score_cars(found((20, 20)), true((20, 20)), SCENE, 0.1)
    bad = score_cars(found(), true((20, 20), (40, 40), (60, 60)), SCENE, 0.1)
    all_scenes = pooled([good, bad])
    assert all_scenes.recall == 0.25
    assert all_scenes.precision == 1
