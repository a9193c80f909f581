# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.synthetic import trees
from orthoscribe.engine.synthetic.canvas import Place
from orthoscribe.engine.synthetic.codes import LOW_VEGETATION, TREE
from orthoscribe.engine.synthetic.spectra import BARE_CROWN
from orthoscribe.engine.synthetic.trees import (
    KINDS,
    LOWEST_CROWN_M,
    TREE_FROM_M,
    grow_canopy,
    grow_stand,
    grow_thicket,
    grow_tree,
    grow_wood,
    plant_hedge,
    plant_shrub,
)
from orthoscribe.tests.canvases import level_canvas

MIDDLE = Place(10, 10, 0.3)
SEEDS = range(60)


def grown(seed, radius_m=3.0, **conditions):
    canvas = level_canvas(80, 0.25, **conditions)
    grow_tree(np.random.default_rng(seed), canvas, MIDDLE, radius_m)
    return canvas


@pytest.mark.parametrize("plant", [plant_hedge, plant_shrub])
def test_woody_plants_of_some_height_are_trees(plant):
    seen = set()
    for seed in SEEDS:
        canvas = level_canvas(80, 0.25)
        length = (12.0,) if plant is plant_hedge else ()
        plant(np.random.default_rng(seed), canvas, MIDDLE, *length)
        (label,) = set(np.unique(canvas.labels)) - {0}
        heights_m = canvas.heights[canvas.labels == label]
        # A hedge is cut to one height, a shrub is highest in its middle; both are uneven.
        height_m = heights_m.mean() if plant is plant_hedge else heights_m.max()
        if abs(height_m - TREE_FROM_M) > 0.15:
            assert label == (TREE if height_m > TREE_FROM_M else LOW_VEGETATION)
        seen.add(label)
    assert seen == {TREE, LOW_VEGETATION}


def test_trees_are_labeled_as_such_and_no_crown_is_too_low():
    for seed in SEEDS:
        canvas = grown(seed)
        assert set(np.unique(canvas.labels)) == {0, TREE}
        crown_m = canvas.heights[canvas.labels == TREE]
        assert crown_m.min() >= np.float32(LOWEST_CROWN_M)
        assert 3 < crown_m.max() < 3 * 7 * 1.3 + 1.5


def test_trees_are_as_wide_as_asked():
    areas_m2 = [(grown(seed).labels == TREE).sum() / 16 for seed in SEEDS]
    assert np.mean(areas_m2) == pytest.approx(np.pi * 9, rel=0.15)


def test_crowns_are_lumpy():
    y, x = (np.mgrid[:80, :80] + 0.5) * 0.25 - 10
    disc = np.hypot(x, y) < 3
    strays = [((grown(seed).labels == TREE) ^ disc).sum() / disc.sum() for seed in SEEDS]
    assert min(strays) > 0.01
    assert 0.05 < np.mean(strays) < 0.3


def test_deciduous_trees_are_bare_out_of_season():
    leafless = set()
    for seed in SEEDS:
        summer, winter = (grown(seed, bare_crowns=share) for share in (0, 1))
        crown = winter.labels == TREE
        is_bare = winter.openness[crown].max() == np.float32(BARE_CROWN.openness)
        assert summer.openness.max() != np.float32(BARE_CROWN.openness)
        if is_bare:
            contrast = [
                c.reflectance[0, crown].mean() / c.reflectance[1, crown].mean()
                for c in (summer, winter)
            ]
            assert contrast[1] < contrast[0]
        leafless.add(is_bare)
    assert leafless == {True, False}  # conifers and palms keep theirs


def test_no_kind_is_ever_bare_that_is_not_deciduous(monkeypatch):
    for kind in KINDS:
        monkeypatch.setattr(trees, "KINDS", (kind,))
        monkeypatch.setattr(trees, "SHARES", np.ones(1))
        openness = grown(1, bare_crowns=1.0).openness.max()
        expected = BARE_CROWN.openness if kind.is_deciduous else kind.material.openness
        assert openness == np.float32(expected)


def test_kinds_are_all_trees_there_are():
    assert sum(kind.share for kind in KINDS) == pytest.approx(1)


def fullness(kind, monkeypatch):
    """Return how high a crown is half way to its edge, against its top."""
    monkeypatch.setattr(trees, "KINDS", (kind,))
    monkeypatch.setattr(trees, "SHARES", np.ones(1))
    found = []
    for seed in range(20):
        canvas = grown(seed, radius_m=4.0)
        y, x = (np.mgrid[:80, :80] + 0.5) * 0.25 - 10
        far_m = np.hypot(x, y)
        top, half = (
            np.median(canvas.heights[ring]) for ring in (far_m < 0.7, abs(far_m - 2) < 0.3)
        )
        found.append(half / top)
    return np.mean(found)


def test_conifers_are_cones_and_broadleaf_trees_are_domes(monkeypatch):
    broadleaf, _broad, _autumn, conifer, _palm, column = (
        fullness(kind, monkeypatch) for kind in KINDS
    )
    assert conifer < 0.85 * broadleaf < broadleaf < column


def test_columns_are_slim(monkeypatch):
    monkeypatch.setattr(trees, "KINDS", (KINDS[-1],))
    monkeypatch.setattr(trees, "SHARES", np.ones(1))
    tops_m = [grown(seed, radius_m=2.0).heights.max() for seed in range(20)]
    assert min(tops_m) > 2 * 4
    assert max(grown(seed, radius_m=8.0).heights.max() for seed in range(20)) < 32 * 1.5


def test_wood_covers_its_rectangle():
    canvas = level_canvas(160, 0.25)
    grow_wood(np.random.default_rng(2), canvas, Place(20, 20, 0.0), 24, 16)
    is_tree = canvas.labels == TREE
    assert is_tree[52:108, 40:120].mean() > 0.7
    assert is_tree[:20].mean() < 0.1


def test_woods_have_bushes_beneath_or_about_them_more_often_than_not(monkeypatch):
    planted = []
    monkeypatch.setattr(trees, "grow_tree", lambda *_: None)
    monkeypatch.setattr(trees, "plant_shrub", lambda *_: planted.append(1))
    counts = []
    for seed in range(40):
        planted.clear()
        grow_wood(np.random.default_rng(seed), None, Place(0, 0, 0.0), 24, 16)
        counts.append(len(planted))
    assert 0.4 < np.mean(np.array(counts) > 0) < 0.8
    assert np.mean([count for count in counts if count]) == pytest.approx(0.06 * 24 * 16, rel=0.1)


@pytest.mark.parametrize("seed", range(6))
def test_canopy_is_one_calm_surface_of_trees(seed):
    canvas = level_canvas(160, 0.25, roughness=0.01)
    grow_canopy(np.random.default_rng(seed), canvas, Place(20, 20, 0.0), 24, 16)
    y, x = (np.mgrid[:160, :160] + 0.5) * 0.25 - 20
    reach = np.hypot(x / 12, y / 8)
    assert set(np.unique(canvas.labels)) == {0, TREE}
    assert (canvas.labels[reach < 0.6] == TREE).all()
    assert not canvas.labels[reach > 1.5].any()
    inside = canvas.heights[60:100, 60:100]
    assert inside.min() > 4
    assert np.median(np.abs(np.diff(inside, axis=1))) < 0.35


def test_crowns_are_as_rough_as_the_scene():
    steps = []
    for roughness in (0.006, 0.15):
        canvases = [grown(seed, radius_m=6.0, roughness=roughness) for seed in range(12)]
        bends = [np.abs(np.diff(one.heights[30:50, 30:50], 2, axis=1)).mean() for one in canvases]
        steps.append(np.mean(bends))
    assert steps[1] > 3 * steps[0]


def test_thicket_is_made_of_bushes_of_a_kind():
    canvas = level_canvas(160, 0.25)
    grow_thicket(np.random.default_rng(2), canvas, Place(20, 20, 0.0), 24, 16)
    is_grown = canvas.labels > 0
    assert set(np.unique(canvas.labels)) == {0, TREE, LOW_VEGETATION}
    assert is_grown[56:104, 44:116].mean() > 0.4
    assert is_grown[:20].mean() < 0.1
    low = canvas.reflectance[:, (canvas.heights > 0) & (canvas.heights < 2.0)]
    assert (low.std(axis=1) < 0.25 * low.mean(axis=1)).all()


@pytest.mark.parametrize("seed", range(12))
def test_stand_is_one_surface_and_a_tree_where_it_is_high(seed):
    canvas = level_canvas(160, 0.25)
    grow_stand(np.random.default_rng(seed), canvas, Place(20, 20, 0.0), 24, 12)
    is_grown = canvas.labels > 0
    y, x = (np.mgrid[:160, :160] + 0.5) * 0.25 - 20
    reach = np.hypot(x / 12, y / 6)
    assert is_grown[reach < 0.7].all()
    assert not is_grown[reach > 1.4].any()
    assert canvas.heights[canvas.labels == TREE].min(initial=9) >= TREE_FROM_M
    assert canvas.heights[canvas.labels == LOW_VEGETATION].max(initial=0) < TREE_FROM_M
    rises = np.abs(np.diff(canvas.heights, axis=1))[is_grown[:, 1:] & is_grown[:, :-1]]
    assert np.median(rises) < 0.3


def test_what_stands_below_shows_through_a_crown():
    under = []
    for brightness in (0.0, 0.9):
        canvas = level_canvas(80, 0.25, bare_crowns=1.0)
        canvas.reflectance[:] = brightness
        grow_tree(np.random.default_rng(0), canvas, MIDDLE, 3.0)
        under.append(canvas.reflectance[1, canvas.labels == TREE].mean())
    assert under[1] > under[0] + 0.2
