# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.synthetic import make_scene
from orthoscribe.engine.synthetic.layouts import TOWN
from orthoscribe.engine.training import degrade
from orthoscribe.engine.training.degrade import (
    GROUND_KINDS,
    GROUND_SHARES,
    cut_edge,
    estimate_ground_under,
    find_ground,
)


@pytest.fixture(scope="module")
def scene():
    return make_scene(5, 300, 0.25, layout=TOWN)


def found(scene, seed):
    return find_ground(np.random.default_rng(seed), scene.dsm, scene.dtm, scene.gsd_m)


def test_estimated_ground_is_near_the_true_one(scene):
    ground = estimate_ground_under(scene.dsm, scene.gsd_m)
    assert ground.shape == scene.dtm.shape
    assert np.median(np.abs(ground - scene.dtm)) < 0.3


@pytest.mark.parametrize(("height", "width"), [(300, 300), (297, 203)])
def test_ground_is_estimated_for_any_size(scene, height, width):
    dsm = scene.dsm[:height, :width]
    ground = estimate_ground_under(dsm, scene.gsd_m)
    assert ground.shape == dsm.shape
    assert np.isfinite(ground).all()


@pytest.mark.parametrize("seed", range(8))
def test_wrong_ground_stays_near_the_true_one(scene, seed):
    ground = found(scene, seed)
    assert ground.shape == scene.dtm.shape
    assert np.median(np.abs(ground - scene.dtm)) < 1.5


def test_every_kind_of_ground_comes_up_as_often_as_it_should(scene, monkeypatch):
    monkeypatch.setattr(degrade, "estimate_ground_under", lambda dsm, _: dsm)
    small = scene.dsm[:60, :60], scene.dtm[:60, :60]
    drawn = []
    for seed in range(400):
        ground = find_ground(np.random.default_rng(seed), *small, scene.gsd_m)
        kind = "estimated" if ground is small[0] else "true" if ground is small[1] else "wrong"
        drawn.append(kind)
    for kind, share in zip(GROUND_KINDS, GROUND_SHARES, strict=True):
        assert drawn.count(kind) / 400 == pytest.approx(share, abs=0.07)
    assert sum(GROUND_SHARES) == pytest.approx(1)


def test_survey_ends_within_the_scene_now_and_then():
    shares = [cut_edge(np.random.default_rng(seed), (60, 90)).mean() for seed in range(400)]
    cut = [share for share in shares if share < 1]
    assert 0.06 < len(cut) / 400 < 0.18
    assert min(shares) > 0.5
    valid = next(
        v for v in (cut_edge(np.random.default_rng(s), (60, 90)) for s in range(400)) if not v.all()
    )
    assert valid.shape == (60, 90)
    ends = np.abs(np.diff(valid.astype(int), axis=1)).sum(axis=1)
    assert ends.max() <= 1  # a straight edge
