# SPDX-License-Identifier: GPL-2.0-or-later
from math import pi

import numpy as np
import pytest
from orthoscribe.engine.synthetic.canvas import Box, Canvas, Place, Presence
from orthoscribe.engine.synthetic.codes import BUILDING, CAR, IMPERVIOUS, TREE
from orthoscribe.engine.synthetic.noise import NoiseSource
from orthoscribe.engine.synthetic.terrain import Terrain
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.canvases import RED, plain_conditions

CROWN = RED._replace(openness=0.4)


def canvas_of(window):
    return Canvas(NoiseSource(0), window, 0.5, Terrain(NoiseSource(1)), plain_conditions())


@pytest.fixture
def canvas():
    return canvas_of(Window(0, 0, 100, 100))


def put(canvas, label, height_m, place=Place(25, 25, 0.0), presence=Presence.LASTING, paint=RED):  # noqa: B008  a named tuple is frozen
    frame, mask = canvas.rectangle(place, 10, 4)
    heights = np.full(mask.shape, height_m, np.float32)
    return canvas.raise_object(frame, mask, label, paint, heights, presence)


def test_rectangle_covers_its_area_in_any_direction(canvas):
    for angle in (0.0, 0.4, pi / 2, 2.1):
        _, mask = canvas.rectangle(Place(25, 25, angle), 10, 4)
        assert mask.sum() * 0.25 == pytest.approx(40, rel=0.06)


def test_rectangle_runs_along_its_angle(canvas):
    _frame, mask = canvas.rectangle(Place(25, 25, pi / 2), 10, 4)  # y points down
    rows, columns = np.nonzero(mask)
    assert np.ptp(rows) > 2 * np.ptp(columns)


@pytest.mark.parametrize("place", [Place(-20, 25, 0.0), Place(25, 80, 0.0), Place(-5.1, 9, 1.0)])
def test_object_out_of_sight_leaves_no_trace(canvas, place):
    names = ("heights", "former_heights", "labels", "reflectance", "openness")
    before = {name: getattr(canvas, name).copy() for name in names}
    assert canvas.frame(place, 5).is_empty
    frame, mask = canvas.rectangle(place, 8, 6)
    heights = canvas.leveled(frame, np.full(mask.shape, 9.0, np.float32))
    assert not canvas.raise_object(frame, mask, TREE, RED, heights).any()
    canvas.cover_ground(frame, mask, IMPERVIOUS, RED)
    for name, then in before.items():
        np.testing.assert_array_equal(getattr(canvas, name), then)


@pytest.mark.parametrize("window", [Window(30, 45, 40, 20), Window(48, 0, 60, 51)])
def test_window_of_the_canvas_shows_the_same_pixels(canvas, window):
    part = canvas_of(window)
    for each in (canvas, part):
        put(each, BUILDING, 6.0, Place(25, 25, 0.4))
        frame, mask = each.rectangle(Place(23, 24, 1.1), 6, 9)
        each.raise_object(frame, mask, TREE, RED, each.leveled(frame, 7.0))
    whole = Window(0, 0, 100, 100)
    seen, here = window.intersect(whole), (..., *window.intersect(whole).slices)
    there = (..., *seen.shift(-window.row, -window.col).slices)
    assert canvas.labels[here].any()
    for name in ("labels", "heights", "former_heights", "reflectance", "terrain", "mottle"):
        np.testing.assert_array_equal(getattr(part, name)[there], getattr(canvas, name)[here])


def test_what_is_painted_in_a_part_ends_at_its_box(canvas):
    put(canvas.part(Box(24, 20, 27, 60)), BUILDING, 6.0)
    assert canvas.labels[:, 48:54].any()
    assert not canvas.labels[:, :48].any()
    assert not canvas.labels[:, 54:].any()
    assert canvas.part(Box(-9, -9, 0, 60)) is None


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
    assert np.ptp(canvas.terrain) > 1
    frame, mask = canvas.rectangle(Place(25, 25, 0.3), 10, 8)
    top = canvas.leveled(frame, 6.0) + canvas.terrain[frame.window]
    assert np.ptp(top[mask]) < 1e-4


def test_new_object_is_in_the_image_alone(canvas):
    seen = put(canvas, BUILDING, 6.0, presence=Presence.NEW)
    assert seen.any()
    assert (canvas.labels == BUILDING).sum() == seen.sum()
    assert canvas.heights.max() == 6
    assert not canvas.former_heights.any()


def test_gone_object_is_in_the_former_heights_alone(canvas):
    seen = put(canvas, BUILDING, 6.0, presence=Presence.GONE)
    assert not seen.any()
    assert not canvas.labels.any()
    assert not canvas.heights.any()
    assert not canvas.reflectance.any()
    assert (canvas.former_heights == 6).sum() == 20 * 8


def test_former_heights_keep_what_was_highest(canvas):
    put(canvas, BUILDING, 6.0, presence=Presence.GONE)
    put(canvas, CAR, 1.5)
    assert (canvas.heights.max(), canvas.former_heights.max()) == (1.5, 6)
    put(canvas, TREE, 9.0)
    np.testing.assert_array_equal(canvas.heights, canvas.former_heights)


def test_openness_is_that_of_what_is_seen(canvas):
    put(canvas, TREE, 8.0, paint=CROWN)
    assert set(np.unique(canvas.openness[canvas.labels == TREE])) == {np.float32(0.4)}
    assert not canvas.openness[canvas.labels == 0].any()
    put(canvas, BUILDING, 9.0)
    assert not canvas.openness.any()


@pytest.mark.parametrize("fraction", [0.0, 0.15])
def test_objects_are_outdated_as_often_as_conditions_say(fraction):
    rng = np.random.default_rng(0)
    conditions = plain_conditions(outdated_fraction=fraction)
    drawn = [Presence.draw(rng, conditions) for _ in range(4000)]
    shares = {presence: drawn.count(presence) / 4000 for presence in Presence}
    assert shares[Presence.NEW] == pytest.approx(fraction, abs=0.02)
    assert shares[Presence.GONE] == pytest.approx(fraction / 3, abs=0.015)
