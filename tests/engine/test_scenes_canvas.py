# SPDX-License-Identifier: GPL-2.0-or-later
from math import pi

import numpy as np
import pytest
from orthoscribe.engine.scenes.canvas import Canvas, Place
from orthoscribe.engine.scenes.codes import BUILDING, CAR, IMPERVIOUS, TREE
from orthoscribe.engine.scenes.spectra import Paint

RED = Paint(np.array([0.3, 0.2, 0.1], np.float32), 0.0, 0.0)


@pytest.fixture
def canvas():
    return Canvas(np.random.default_rng(0), 100, 0.5, np.zeros((100, 100), np.float32))


def put(canvas, label, height_m, place=Place(25, 25, 0.0)):  # noqa: B008  a named tuple is frozen
    frame, mask = canvas.rectangle(place, 10, 4)
    return canvas.raise_object(frame, mask, label, RED, np.full(mask.shape, height_m, np.float32))


def test_rectangle_covers_its_area_in_any_direction(canvas):
    for angle in (0.0, 0.4, pi / 2, 2.1):
        _, mask = canvas.rectangle(Place(25, 25, angle), 10, 4)
        assert mask.sum() * 0.25 == pytest.approx(40, rel=0.06)


def test_rectangle_runs_along_its_angle(canvas):
    _frame, mask = canvas.rectangle(Place(25, 25, pi / 2), 10, 4)  # y points down
    rows, columns = np.nonzero(mask)
    assert np.ptp(rows) > 2 * np.ptp(columns)


def test_frame_outside_the_scene_is_none(canvas):
    assert canvas.frame(Place(-20, 25, 0.0), 5) is None
    assert canvas.frame(Place(25, 80, 0.0), 5) is None


def test_higher_object_is_seen_whichever_comes_first(canvas):
    put(canvas, TREE, 8.0)
    put(canvas, CAR, 1.5)
    assert set(np.unique(canvas.labels)) == {0, TREE}
    put(canvas, BUILDING, 9.0)
    assert set(np.unique(canvas.labels)) == {0, BUILDING}
    assert canvas.heights.max() == 9.0


def test_ground_is_not_paved_under_objects_or_over_streets(canvas):
    put(canvas, TREE, 8.0)
    canvas.is_street[:, :40] = True
    everywhere = canvas.whole(), np.ones(canvas.shape, bool)
    canvas.cover_ground(*everywhere, IMPERVIOUS, RED)
    assert (canvas.labels[:, :40] != IMPERVIOUS).all()
    assert (canvas.labels[canvas.heights > 1] == TREE).all()
    assert (canvas.labels[:, 70:] == IMPERVIOUS).all()


def test_leveled_building_is_horizontal_on_a_slope(canvas):
    canvas.terrain += np.arange(100, dtype=np.float32)[:, None] * 0.03
    frame, mask = canvas.rectangle(Place(25, 25, 0.3), 10, 8)
    top = canvas.leveled(frame, 6.0) + canvas.terrain[frame.window]
    assert np.ptp(top[mask]) < 1e-4
